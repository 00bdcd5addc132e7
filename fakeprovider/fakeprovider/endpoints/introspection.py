"""The introspection endpoint (RFC 7662): what a token is worth, for a resource server that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import check_body, require
from fakeprovider.checks.bearer import require_access_token
from fakeprovider.checks.client_authentication import require_proof
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import AccessToken, IdToken
from fakeprovider.tokens.lookup import OwnToken, find, why_dead

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return what a token is worth; for a dead or unknown one `active: false` and nothing else (RFC 7662 2.2)."""
    check_body(call.request, json_too=call.provider.dialect.json_requests)
    _authorize(call)
    token = find(call.provider.store, require(call.members, "token", "RFC 7662 2.1"))
    why = _why_inactive(call, token)
    if token is None or why:
        call.note = f"the token is {why}"
        return Answer.json({"active": False})
    return Answer.json(_members(call, token))


def _authorize(call: Call) -> None:
    """Answer only whoever proves something: a client its secret or key, anybody else an access token (RFC 7662 2.1)."""
    if call.bearer:
        require_access_token(call)
    else:
        require_proof(call, "introspection", "RFC 7662 2.1")


def _why_inactive(call: Call, token: OwnToken | None) -> str:
    if token is None:
        return "not one this provider issued, or died long ago"
    if isinstance(token, IdToken):
        return "an id token, which opens nothing"
    return why_dead(token, call.at)


def _members(call: Call, token: OwnToken) -> dict[str, object]:
    session, people = token.session, call.provider.people
    access = isinstance(token, AccessToken)
    members: dict[str, object] = {
        "active": True,
        "client_id": session.client_id,
        "token_type": "Bearer" if access else "refresh_token",
        "exp": int(token.expires_at),
        "sub": session.subject,
        "iss": call.provider.issuer,
    }
    if scope := token.scope if isinstance(token, AccessToken) else session.scope:
        members["scope"] = scope
    if isinstance(token, AccessToken):
        members["aud"] = list(token.audience)
    if session.subject in people:
        members["username"] = people[session.subject].preferred_username
    return members
