"""Hearing a command's output as it comes, for the URLs in it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pytest_auth_provider.browser.printed import UrlFinder

PROMPT_SECONDS = 0.25
"""How long output must be silent until a URL at its very end counts as whole."""

_WIDTHS = (80, 200)  # of a terminal that a program knows nothing of, and of ours


class Ears:
    """Hears one command's output and tells each URL in it once, when it is whole."""

    def __init__(self, on_url: Callable[[str], None]) -> None:
        self._on_url = on_url
        self._finders: dict[str, UrlFinder] = {}
        self._lock = threading.Lock()
        self._prompt: threading.Timer | None = None

    def __call__(self, stream: str, chunk: bytes) -> None:
        """The next piece of `stdout` or `stderr`."""
        with self._lock:
            finder = self._finders.setdefault(stream, UrlFinder(_WIDTHS))
            found = finder.feed(chunk)
            self._wait_for_more(finder)
        for url in found:
            self._on_url(url)

    def close(self) -> None:
        """There will be no more output."""
        with self._lock:
            self._forget_prompt()

    def _wait_for_more(self, finder: UrlFinder) -> None:
        self._forget_prompt()
        if finder.unfinished:
            self._prompt = threading.Timer(PROMPT_SECONDS, self._tell_rest, (finder,))
            self._prompt.daemon = True
            self._prompt.start()

    def _forget_prompt(self) -> None:
        if self._prompt is not None:
            self._prompt.cancel()
            self._prompt = None

    def _tell_rest(self, finder: UrlFinder) -> None:
        with self._lock:
            found = finder.rest()
        for url in found:
            self._on_url(url)
