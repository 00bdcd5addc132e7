"""The revocation endpoint (RFC 7009): whoever holds a public client's token may revoke it, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import check_body, require
from fakeprovider.checks.client_authentication import identify
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer
from fakeprovider.state.store import AccessToken, RefreshToken
from fakeprovider.tokens.lookup import OwnToken, find

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Revoke the token; return an empty 200 for any well-formed one, known or not, alive or not (RFC 7009 2.2).

    Raises `unsupported_token_type` for an id token, which nothing revokes (RFC 7009 2.2.1).
    """
    check_body(call.request, json_too=call.provider.dialect.json_requests)
    value = require(call.members, "token", "RFC 7009 2.1")
    _check_owner(call, value)
    revoke(call, value)
    return Answer(200, [("Cache-Control", "no-store")])


def revoke(call: Call, value: str) -> None:
    """Revoke a refresh token together with its whole family, or an access token alone."""
    provider = call.provider
    with provider.store.lock:
        token = find(provider.store, value)
        if isinstance(token, RefreshToken):
            provider.store.end_session(token.session, "its refresh token was revoked", call.at)
        elif isinstance(token, AccessToken):
            token.revoked_at = call.at if token.revoked_at is None else token.revoked_at
        elif token is not None:
            story = "the token is an id token, which holds until it expires; revoke the refresh token (RFC 7009 2.2.1)"
            raise OAuthError("unsupported_token_type", story)
        else:
            call.note = "the token is none that can be revoked here; RFC 7009 2.2 answers 200 all the same"


def _check_owner(call: Call, value: str) -> None:
    """Refuse to revoke another client's token, or that of a client with a secret which did not prove itself.

    A public client need not name itself: spec-kitty's service goes by possession of the token alone.
    """
    token = find(call.provider.store, value)
    if not call.client_id:
        _check_public(call, token)
        return
    client_id = identify(call)
    if token is not None and token.session.client_id != client_id:
        owner = token.session.client_id
        raise OAuthError("invalid_grant", f"the token belongs to client {owner!r}, not to {client_id!r} (RFC 7009 2.1)")


def _check_public(call: Call, token: OwnToken | None) -> None:
    if token is not None and not call.provider.clients.find(token.session.client_id).public:
        story = "no client authentication arrived, and the token is that of a client with a secret or key"
        raise OAuthError("invalid_client", f"{story} (RFC 7009 2.1)", 401)
