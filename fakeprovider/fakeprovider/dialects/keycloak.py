"""Dialect `keycloak`: realms below a path, one prefix for every protocol endpoint, terse errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.checks.client_authentication import identify
from fakeprovider.context import READ, WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.endpoints import end_session, revocation
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import whole
from fakeprovider.state.store import RefreshToken
from fakeprovider.tokens.lookup import find

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import Session
    from fakeprovider.tokens.draft import TokenKind


PROTOCOL = "/protocol/openid-connect"


def realm(call: Call) -> Answer:
    """Tell about the realm at its own address, as Keycloak's adapters read it: its name and the key that signs."""
    provider = call.provider
    base, name = provider.base, provider.path.rpartition("/")[2]
    return Answer.json(
        {
            "realm": name,
            "public_key": provider.keys.active.public_der,
            "token-service": f"{base}{PROTOCOL}",
            "account-service": f"{base}/account",
            "tokens-not-before": 0,
        }
    )


def logout(call: Call) -> Answer:
    """End the session of the refresh token in a POST, as Keycloak's own clients sign out; else sign the browser out.

    Returns 204. Raises `invalid_grant` for a token that is unknown or another client's.
    """
    if call.request.method != "POST" or "refresh_token" not in call.members:
        return end_session.serve(call)
    client_id, value = identify(call), call.members["refresh_token"]
    token = find(call.provider.store, value)
    if not isinstance(token, RefreshToken) or token.session.client_id != client_id:
        story = f"refresh_token is none of client {client_id!r}"
        raise OAuthError("invalid_grant", story, reason="refresh_token_unknown")
    revocation.revoke(call, value)
    return Answer(204)


class Keycloak(Dialect):
    """A realm of Keycloak, with what `Provider(path="/realms/acme")` calls it.

    Five-minute JWT access tokens, session members in every token answer, and error descriptions that explain nothing:
    ours stand in the journal.
    """

    name = "keycloak"
    issuer_path = "/realms/main"

    paths: ClassVar[Mapping[str, str]] = {
        **Dialect.paths,
        "jwks": f"{PROTOCOL}/certs",
        "authorization": f"{PROTOCOL}/auth",
        "pushed_authorization_request": f"{PROTOCOL}/ext/par/request",
        "token": f"{PROTOCOL}/token",
        "device_authorization": f"{PROTOCOL}/auth/device",
        "revocation": f"{PROTOCOL}/revoke",
        "introspection": f"{PROTOCOL}/token/introspect",
        "userinfo": f"{PROTOCOL}/userinfo",
        "end_session": f"{PROTOCOL}/logout",
        "registration": "/clients-registrations/openid-connect",
    }
    routes: ClassVar[Mapping[str, Route]] = {
        "": Route(READ, realm, "jwks"),
        f"{PROTOCOL}/logout": Route((*READ, *WRITE), logout, "end_session"),
    }
    settings: ClassVar[Mapping[str, object]] = {
        "access_token_lifetime": 300.0,
        "id_token_lifetime": 300.0,
        "refresh_token_lifetime": 1800.0,
        "device_code_lifetime": 600.0,
        "reuse": "reject",
    }
    access_token_type = "JWT"

    wordings: ClassVar[Mapping[str, Wording]] = {
        "refresh_token_unknown": Wording(description="Invalid refresh token"),
        "refresh_token_expired": Wording(description="Token is not active"),
        "refresh_token_revoked": Wording(description="Session not active"),
        "refresh_token_reused": Wording(description="Maximum allowed refresh token reuse exceeded"),
        "code_unknown": Wording(description="Code not valid"),
        "code_expired": Wording(description="Code not valid"),
        "code_consumed": Wording(description="Code not valid"),
        "device_code_unknown": Wording(description="Device code not valid"),
        "device_code_consumed": Wording(description="Device code not valid"),
        "authorization_pending": Wording(description="The authorization request is still pending"),
        "slow_down": Wording(description="Slow down"),
        "expired_token": Wording(description="Device code is expired"),
        "access_denied": Wording(description="The end user denied the authorization request"),
        "invalid_client": Wording(description="Invalid client or Invalid client credentials"),
        "invalid_token": Wording(description="Token verification failed"),
        "not_found": Wording(code="HTTP 404 Not Found", description=""),
    }

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the error without a description where the family gives none."""
        return super().error_body(call, code, description) if description else {"error": code}

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the members Keycloak adds to RFC 6749 5.1."""
        added: dict[str, object] = {"not-before-policy": 0, "session_state": session.id}
        if "refresh_token" in members:
            added["refresh_expires_in"] = whole(provider.refresh_token_lifetime)
        return {**members, **added}

    def claims(
        self, kind: TokenKind, claims: dict[str, object], session: Session, provider: ProviderState
    ) -> dict[str, object]:
        """Return the claims with the session; in access tokens also with roles and the person's name."""
        common = {"typ": "Bearer" if kind == "access_token" else "ID", "azp": session.client_id, "sid": session.id}
        added: dict[str, object] = {**common, "acr": "1"}
        if kind == "access_token" and session.subject in provider.people:
            person = provider.people[session.subject]
            added["realm_access"] = {"roles": ["offline_access", "uma_authorization"]}
            added |= {"preferred_username": person.preferred_username, "email": person.email, "name": person.name}
        return {**claims, **added}
