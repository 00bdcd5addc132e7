"""The handler, the limits and the hooks that every connection of a server is served with."""

from __future__ import annotations

import ssl
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Greet
from fakeprovider.server.limits import Limits
from fakeprovider.server.request import Request

Handle = Callable[[Request], Answer]
"""Answers one request. What it raises becomes a 500 and goes to `OnError`."""

OnNoise = Callable[[bytes, str], None]
"""Told what arrived (at most its first 64 KiB) and in words why it never became a request for the handler."""

OnError = Callable[[BaseException], None]
"""Told what a handler, a delivery or another hook raised, before the client hears of it."""


@dataclass(frozen=True)
class Service:
    """The handler, its limits and its hooks: the same for every connection of one server."""

    handle: Handle
    limits: Limits
    ssl_context: ssl.SSLContext | None = None
    greet: Greet | None = None
    on_noise: OnNoise | None = None
    on_error: OnError | None = None

    def noise(self, arrived: bytes, reason: str) -> None:
        """Tell the hook, if there is one, about bytes that no handler will see."""
        if self.on_noise is not None:
            self.on_noise(arrived, reason)

    def error(self, error: BaseException) -> None:
        """Tell the hook what was raised while serving; without a hook, print the traceback to stderr."""
        if self.on_error is None:
            traceback.print_exception(error)
        else:
            self.on_error(error)
