"""The protected resource metadata (RFC 9728): at which provider to get a token for the API."""

from __future__ import annotations

from fakeprovider.context import Call
from fakeprovider.protocol.uris import WELL_KNOWN, origin_of, quoted
from fakeprovider.server.answer import Answer


def serve(call: Call) -> Answer:
    """Return the metadata of the resource whose path follows the well-known one (RFC 9728 3.1)."""
    provider = call.provider
    path = quoted(call.request.path.removeprefix(WELL_KNOWN))
    origin = origin_of(provider.api)
    return call.document(
        {
            "resource": f"{origin}{path}" if path else provider.api,
            "authorization_servers": [provider.issuer],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }
    )
