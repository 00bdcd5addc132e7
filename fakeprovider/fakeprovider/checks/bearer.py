"""Bearer tokens at the provider's own resources: userinfo, session status, the protected API (RFC 6750)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.errors import OAuthError
from fakeprovider.protocol.uris import metadata_url
from fakeprovider.state.store import AccessToken

if TYPE_CHECKING:
    from fakeprovider.context import Call


def require_access_token(call: Call) -> AccessToken:
    """Return the live access token of the request, or 401 `invalid_token` (RFC 6750 3.1).

    The answer is the same for every kind of dead token; the journal's note says which kind it was.
    """
    if not call.bearer:
        raise OAuthError("invalid_request", "no bearer token arrived (RFC 6750 2.1)", 401, headers=challenge(call))
    provider = call.provider
    token = provider.store.live_access_token(call.bearer, call.at - provider.leeway)
    if token is None:
        call.note = f"the bearer token is {provider.describe_token(call.bearer)}"
        headers = challenge(call, "invalid_token")
        raise OAuthError("invalid_token", "the access token is not valid", 401, headers=headers)
    return token


def challenge(call: Call, error: str = "", **more: str) -> list[tuple[str, str]]:
    """Return the header that says what was wrong (RFC 6750 3), and at the API where to get a token (RFC 9728 5.1)."""
    told = {"error": error, **more} if error else dict(more)
    if call.endpoint == "api":
        told["resource_metadata"] = metadata_url(call.provider.api, call.request.path)
    words = ", ".join(f'{name}="{value}"' for name, value in told.items())
    return [("WWW-Authenticate", f"Bearer {words}".rstrip())]
