"""The scope a client asks for with a token in its hand: what that token was granted, or less (RFC 6749 3.3, 6)."""

from __future__ import annotations

from fakeprovider.errors import OAuthError


def narrow_scope(requested: str, granted: str, source: str) -> str:
    """Return the `requested` scope, or all that was `granted` where none was asked for.

    Raises `invalid_scope` for anything beyond the grant, naming the clause `source` that forbids it.
    """
    asked, known = requested.split(), granted.split()
    beyond = [scope for scope in asked if scope not in known]
    if beyond:
        raise OAuthError(
            "invalid_scope", f"scope {beyond[0]!r} was not granted at sign-in, which gave {granted!r} ({source})"
        )
    return " ".join(asked) or granted
