"""Where discovery says an endpoint is."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

Advertised = Literal[
    "token",
    "jwks",
    "authorization",
    "device_authorization",
    "revocation",
    "introspection",
    "userinfo",
    "end_session",
    "registration",
    "session_status",
]


def moved(document: dict[str, object], endpoint: str, origin: str) -> dict[str, object]:
    """The document with `endpoint` on another origin, its path unchanged; as it was where it is not advertised."""
    member = "jwks_uri" if endpoint == "jwks" else f"{endpoint}_endpoint"
    url = document.get(member)
    if not isinstance(url, str):
        return document
    return {**document, member: origin.rstrip("/") + urlsplit(url).path}
