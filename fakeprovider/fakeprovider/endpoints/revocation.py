"""The revocation endpoint (RFC 7009): possession of the token is enough; a client that says who it is must own it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import check_body, require
from fakeprovider.checks.client_authentication import identify
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import AccessToken, RefreshToken
from fakeprovider.tokens.lookup import find

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Revoke the token; return 200 for any well-formed one, known or not, alive or not (RFC 7009 2.2)."""
    check_body(call.request, json_too=call.provider.dialect.json_requests)
    value = require(call.members, "token", "RFC 7009 2.1")
    _check_owner(call, value)
    revoke(call, value)
    return Answer.json({"revoked": True})


def revoke(call: Call, value: str) -> None:
    """Revoke a refresh token together with its whole family, or an access token alone."""
    provider = call.provider
    with provider.store.lock:
        token = find(provider.store, value)
        if isinstance(token, RefreshToken):
            provider.store.end_session(token.session, "its refresh token was revoked", call.at)
        elif isinstance(token, AccessToken):
            token.revoked_at = call.at if token.revoked_at is None else token.revoked_at
        else:
            call.note = "the token is none that can be revoked here; RFC 7009 2.2 answers 200 all the same"


def _check_owner(call: Call, value: str) -> None:
    """Refuse to revoke another client's token, where the client says who it is (RFC 7009 2.1)."""
    if not call.client_id:
        return
    client_id, token = identify(call), find(call.provider.store, value)
    if token is not None and token.session.client_id != client_id:
        owner = token.session.client_id
        raise OAuthError("invalid_grant", f"the token belongs to client {owner!r}, not to {client_id!r} (RFC 7009 2.1)")
