"""Protected resource metadata (RFC 9728): at which provider to get a token for the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider import Provider


WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"


def is_at(path: str) -> bool:
    """Whether the metadata of some resource is looked for at `path` (RFC 9728 3.1)."""
    return path == WELL_KNOWN or path.startswith(f"{WELL_KNOWN}/")


def serve(call: Call) -> Answer:
    """The metadata of the resource whose path follows the well-known one (RFC 9728 3.1)."""
    provider = call.provider
    path = _quoted(call.request.path.removeprefix(WELL_KNOWN))
    origin = api_origin(provider)
    return call.document(
        {
            "resource": f"{origin}{path}" if path else provider.api,
            "authorization_servers": [provider.issuer],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }
    )


def metadata_url(provider: Provider, path: str) -> str:
    """Where the metadata of the resource at `path` of the API's origin is: the path goes behind the well-known one."""
    return f"{api_origin(provider)}{WELL_KNOWN}{_quoted(path)}"


def api_origin(provider: Provider) -> str:
    """Scheme, host and port of the API."""
    return "/".join(provider.api.split("/", 3)[:3])


def _quoted(path: str) -> str:
    """A path that was decoded, as it stands in a URL (RFC 3986 3.3), without slashes at its end."""
    return quote(path.rstrip("/"), safe="/:@!$&'()*+,;=~")
