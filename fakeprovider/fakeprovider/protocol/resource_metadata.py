"""Where the metadata of a protected resource is found (RFC 9728 3.1)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"


def is_metadata_path(path: str) -> bool:
    """Return whether the metadata of some resource is looked for at `path`."""
    return path == WELL_KNOWN or path.startswith(f"{WELL_KNOWN}/")


def metadata_url(api: str, path: str) -> str:
    """Return the URL of the metadata of the resource at `path` of the origin that `api`, a URL, is on."""
    return f"{origin_of(api)}{WELL_KNOWN}{quoted(path)}"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an absolute URL."""
    return "/".join(url.split("/", 3)[:3])


def quoted(path: str) -> str:
    """Return a decoded path as it stands in a URL (RFC 3986 3.3), without slashes at its end."""
    return quote(path.rstrip("/"), safe="/:@!$&'()*+,;=~")
