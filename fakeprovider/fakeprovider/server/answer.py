"""One HTTP answer of the provider, before it is put on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fakeprovider.server.connection import Connection


_COMPACT: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

Deliver = Callable[["Connection", "Answer"], None]
"""Sends an answer to the client; wire faults stall, cut or drop it."""


@dataclass
class Answer:
    """One HTTP answer.

    `headers` holds neither Content-Length nor Connection: the connection adds both as it sends.
    `deliver` is None for an answer that is simply sent, or a wire fault's way of (not) sending it.
    """

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    deliver: Deliver | None = None

    @classmethod
    def json(cls, value: object, status: int = 200) -> Answer:
        """Return a JSON answer that no cache keeps (RFC 6749 5.1)."""
        return cls.of_json(_COMPACT.encode(value).encode(), status)

    @classmethod
    def of_json(cls, body: bytes, status: int = 200) -> Answer:
        """Return the same for a body that is encoded JSON already."""
        return cls(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body)

    @classmethod
    def html(cls, page: str, status: int = 200) -> Answer:
        """Return a page for the person at the browser."""
        return cls(status, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")], page.encode())

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> Answer:
        """Return a redirect to `location`."""
        return cls(status, [("Location", location), ("Cache-Control", "no-store")])

    def header(self, name: str) -> str:
        """Return the first header called `name` in any case, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def set_header(self, name: str, value: str) -> None:
        """Set the header `name`, in place of every one with that name."""
        wanted = name.lower()
        self.headers = [(key, old) for key, old in self.headers if key.lower() != wanted]
        self.headers.append((name, value))


class Documents:
    """Cache the last JSON document of each endpoint for as long as the next one is equal.

    Writing a discovery document as JSON takes ten times as long as comparing it with the last one.
    """

    def __init__(self) -> None:
        self._written: dict[str, tuple[dict[str, object], bytes]] = {}

    def answer(self, endpoint: str, document: dict[str, object]) -> Answer:
        """Return the answer that serves `document`, which nobody may change afterwards."""
        last = self._written.get(endpoint)
        if last is not None and last[0] == document:
            return Answer.of_json(last[1])
        answer = Answer.json(document)
        self._written[endpoint] = (document, answer.body)
        return answer
