"""Whose request it is: the session behind the credential it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.store import Session


def session_of(call: Call) -> Session | None:
    """The session of the refresh token, the token to revoke, the assertion or the bearer token of a request."""
    store = call.provider.store
    named = [call.members.get(name, "") for name in ("refresh_token", "token", "assertion", "subject_token")]
    for value in [*named, call.bearer]:
        record = store.refresh_tokens.get(value) or store.access_tokens.get(value)
        if record is not None:
            return record.session
    return None
