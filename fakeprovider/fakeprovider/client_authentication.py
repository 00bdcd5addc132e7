"""Which client a request comes from (RFC 6749 2.3, 3.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.errors import OAuthError

if TYPE_CHECKING:
    from fakeprovider.call import Call


def identify(call: Call) -> str:
    """The client id of the request; any id is welcome, none is `invalid_request`."""
    if not call.client_id:
        raise OAuthError(
            "invalid_request", "no client_id arrived; a public client sends its client_id in the body (RFC 6749 3.2.1)"
        )
    return call.client_id
