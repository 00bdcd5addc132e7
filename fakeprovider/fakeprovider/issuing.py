"""Issuing: from an approved sign-in to the members of a token answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.durations import whole
from fakeprovider.store import AccessToken, IdToken, RefreshToken, Session
from fakeprovider.tokens import TokenDraft, half_hash

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class Terms:
    """What one token answer holds, beyond what its session says.

    `scope` narrows the access token (RFC 6749 6), `audience` replaces the resources it is for (RFC 8707), `actor` is
    who acts for the subject (RFC 8693 4.1), `nonce` goes into the id token. `refresh` and `identity` say whether the
    answer may hold a refresh token and an id token at all.
    """

    scope: str = ""
    audience: tuple[str, ...] = ()
    actor: str = ""
    nonce: str = ""
    refresh: bool = True
    identity: bool = True


def issue(call: Call, session: Session, terms: Terms = Terms()) -> dict[str, object]:
    """Mint the next tokens of `session` and return the members of the token answer (RFC 6749 5.1)."""
    provider = call.provider
    provider.store.tidy(call.at)
    scope = terms.scope or session.scope
    access = _access_token(call, session, terms, scope)
    members: dict[str, object] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": whole(provider.access_token_lifetime),
    }
    if terms.refresh and _may_refresh(call, session):
        members["refresh_token"] = _refresh_token(call, session)
    if terms.identity and "openid" in scope.split() and session.subject in provider.people:
        members["id_token"] = _id_token(call, session, terms, access)
    if scope:
        members["scope"] = scope
    return provider.dialect.token_members(members, session)


def _may_refresh(call: Call, session: Session) -> bool:
    # A family that has a generation already goes on, whatever the knob says by now.
    always = call.provider.refresh_tokens == "always"
    return always or session.generation > 0 or "offline_access" in session.scope.split()


def _access_token(call: Call, session: Session, terms: Terms, scope: str) -> str:
    provider = call.provider
    now = provider.clock.now()
    expires_at = now + provider.access_token_lifetime
    audience = terms.audience or session.audience or (provider.api,)
    if provider.access_token_format == "opaque":
        value = provider.secrets.mint("access_token")
    else:
        claims: dict[str, object] = {
            "iss": provider.issuer,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "sub": session.subject,
            "client_id": session.client_id,
            "iat": int(now),
            "exp": int(expires_at),
            "jti": str(uuid.uuid4()),
            "scope": scope,
        }
        if terms.actor:
            claims["act"] = {"sub": terms.actor}
        value = call.sign(TokenDraft.of("access_token", claims, provider.keys.active))
    provider.store.access_tokens[value] = AccessToken(value, session, expires_at, scope, audience)
    return value


def _refresh_token(call: Call, session: Session) -> str:
    provider = call.provider
    value = provider.secrets.mint("refresh_token")
    session.generation += 1
    expires_at = provider.clock.now() + provider.refresh_token_lifetime
    provider.store.refresh_tokens[value] = RefreshToken(value, session, session.generation, expires_at)
    return value


def _id_token(call: Call, session: Session, terms: Terms, access_token: str) -> str:
    provider = call.provider
    now = provider.clock.now()
    key = provider.keys.active
    expires_at = now + provider.id_token_lifetime
    claims: dict[str, object] = {
        **provider.people[session.subject].claims(),
        "iss": provider.issuer,
        "aud": session.client_id,
        "azp": session.client_id,
        "iat": int(now),
        "exp": int(expires_at),
        "auth_time": int(session.auth_time),
        "at_hash": half_hash(access_token, key.algorithm),
    }
    if terms.nonce:
        claims["nonce"] = terms.nonce
    value = call.sign(TokenDraft.of("id_token", claims, key))
    provider.store.id_tokens[value] = IdToken(value, session, expires_at)
    return value
