"""Issuing: from an approved sign-in to the members of a token answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fakeprovider.durations import whole
from fakeprovider.store import AccessToken, RefreshToken, Session
from fakeprovider.tokens import TokenDraft, half_hash

if TYPE_CHECKING:
    from fakeprovider.call import Call


def issue(call: Call, session: Session, *, scope: str = "", refresh: bool = True) -> dict[str, object]:
    """Mint the next tokens of `session` and return the members of the token answer (RFC 6749 5.1).

    `scope` narrows the access token (RFC 6749 6). `refresh` False leaves the refresh token alone, as where rotation
    is off or a grant has none.
    """
    provider = call.provider
    scope = scope or session.scope
    access = _access_token(call, session, scope)
    members: dict[str, object] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": whole(provider.access_token_lifetime),
    }
    if refresh:
        members["refresh_token"] = _refresh_token(call, session)
    if "openid" in scope.split() and session.subject in provider.people:
        members["id_token"] = _id_token(call, session, access)
    if scope:
        members["scope"] = scope
    return provider.dialect.token_members(members, session)


def _access_token(call: Call, session: Session, scope: str) -> str:
    provider = call.provider
    now = provider.clock.now()
    expires_at = now + provider.access_token_lifetime
    if provider.access_token_format == "opaque":
        value = provider.secrets.mint("access_token")
    else:
        claims: dict[str, object] = {
            "iss": provider.issuer,
            "aud": session.audience or provider.api,
            "sub": session.subject,
            "client_id": session.client_id,
            "iat": int(now),
            "exp": int(expires_at),
            "jti": str(uuid.uuid4()),
            "scope": scope,
        }
        value = call.sign(TokenDraft.of("access_token", claims, provider.keys.active))
    provider.store.access_tokens[value] = AccessToken(value, session, expires_at, scope)
    return value


def _refresh_token(call: Call, session: Session) -> str:
    provider = call.provider
    value = provider.secrets.mint("refresh_token")
    session.generation += 1
    expires_at = provider.clock.now() + provider.refresh_token_lifetime
    provider.store.refresh_tokens[value] = RefreshToken(value, session, session.generation, expires_at)
    return value


def _id_token(call: Call, session: Session, access_token: str) -> str:
    provider = call.provider
    now = provider.clock.now()
    key = provider.keys.active
    claims: dict[str, object] = {
        **provider.people[session.subject].claims(),
        "iss": provider.issuer,
        "aud": session.client_id,
        "azp": session.client_id,
        "iat": int(now),
        "exp": int(now + provider.id_token_lifetime),
        "auth_time": int(session.created_at),
        "at_hash": half_hash(access_token, key.algorithm),
    }
    if session.nonce:
        claims["nonce"] = session.nonce
    return call.sign(TokenDraft.of("id_token", claims, key))
