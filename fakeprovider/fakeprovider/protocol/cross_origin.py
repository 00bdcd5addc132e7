"""Answers that web pages of any origin may read (CORS; Fetch 3.3), for clients that run in a browser.

No answer depends on a cookie, so every origin is as good as another: who has a token sends it in a header.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Request

SHARED: Final = frozenset(
    {
        "discovery",
        "jwks",
        "pushed_authorization_request",
        "token",
        "device_authorization",
        "revocation",
        "registration",
        "userinfo",
        "session_status",
        "resource_metadata",
        "api",
    }
)
"""The endpoints that a script in a browser asks; the others are pages to go to, or for resource servers."""
_READABLE: Final = "WWW-Authenticate, Retry-After"
_REMEMBERED: Final = "600"  # seconds; a browser asks again when they are over


def is_from_page(request: Request) -> bool:
    """Return whether a web page sent the request: browsers then say of which origin it is."""
    return bool(request.environ.get("HTTP_ORIGIN"))


def is_preflight(request: Request) -> bool:
    """Return whether a browser asks what it may send, before it sends it (Fetch 3.3.2)."""
    return request.method == "OPTIONS" and bool(request.environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"))


def answer_preflight(request: Request, methods: Iterable[str]) -> Answer:
    """Return what lets every origin send `methods` and the header fields it asked for (Fetch 3.3.3)."""
    headers = [("Access-Control-Allow-Methods", ", ".join(methods)), ("Access-Control-Max-Age", _REMEMBERED)]
    if wanted := request.environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", ""):
        headers.append(("Access-Control-Allow-Headers", wanted))
    return share(Answer(204, headers))


def share(answer: Answer) -> Answer:
    """Return the answer with the headers that let scripts of every origin read it."""
    headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", _READABLE)]
    return replace(answer, headers=[*answer.headers, *headers])
