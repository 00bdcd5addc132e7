"""The revocation endpoint (RFC 7009): possession of the token is all it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.form import check_body, require

if TYPE_CHECKING:
    from fakeprovider.call import Call


def serve(call: Call) -> Answer:
    """200 for any well-formed token, known or not, alive or not (RFC 7009 2.2)."""
    check_body(call.request, call.body, json_too=call.provider.dialect.json_requests)
    revoke(call, require(call.members, "token", "RFC 7009 2.1"))
    return Answer.json({"revoked": True})


def revoke(call: Call, value: str) -> None:
    """Make a refresh token worthless with its whole family, an access token alone."""
    provider = call.provider
    with provider.store.lock:
        refresh = provider.store.refresh_tokens.get(value)
        access = provider.store.access_tokens.get(value)
        if refresh is not None:
            provider.store.end_session(refresh.session, "its refresh token was revoked", call.at)
        elif access is not None:
            access.revoked_at = access.revoked_at or call.at
        else:
            call.note = "the token was never issued here; RFC 7009 2.2 answers 200 all the same"
