"""Hearing a command's output as it comes, for the URLs in it."""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Callable, Iterator
from typing import Final

from pytest_auth_provider.adapters.phrases import plain

# FROM plugin/pytest_auth_provider/browser/printed.py: Finding URLs in what a program prints, while it prints it.


_KEPT: Final = 16384
"""Characters of output that are looked at again with the next ones; no URL that a person gets is longer."""

_URL: Final = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)
_HYPERLINK: Final = re.compile(r"\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]+)(?:\x07|\x1b\\)")
_SENTENCE_END: Final = ".,;:!?)]*"


class UrlFinder:
    """Finds each URL of one stream once, as soon as something behind it shows that it is whole.

    `widths` are those at which programs wrap lines: a line that is exactly as long and ends inside a URL goes on in the
    next one.
    """

    def __init__(self, widths: tuple[int, ...] = (80,)) -> None:
        self._widths = widths
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._text = ""
        self._found: set[str] = set()

    def feed(self, chunk: bytes) -> list[str]:
        """The URLs that have become whole with this chunk."""
        self._text = (self._text + self._decoder.decode(chunk))[-_KEPT:]
        return self._new(whole=True)

    def rest(self) -> list[str]:
        """The URL that the output ends with so far, if it does: a prompt has nothing behind it. What follows is new."""
        new = self._new(whole=False)
        self._text = ""
        return new

    @property
    def unfinished(self) -> bool:
        """Does the output end with a URL that may go on?"""
        at = self._text.rfind("://")
        return at >= 0 and not any(map(str.isspace, self._text[at:]))

    def _new(self, *, whole: bool) -> list[str]:
        if "://" not in self._text:
            return []
        new = [url for url in self._urls(whole=whole) if url not in self._found]
        self._found.update(new)
        return list(dict.fromkeys(new))

    def _urls(self, *, whole: bool) -> Iterator[str]:
        yield from _HYPERLINK.findall(self._text)
        text = self._unwrapped(plain(self._text))
        for match in _URL.finditer(text):
            if not whole or match.end() < len(text):
                yield match.group().rstrip(_SENTENCE_END)

    def _unwrapped(self, text: str) -> str:
        """`text` with the lines joined that a URL was broken into."""
        joined = ""
        for line in text.splitlines(keepends=True):
            content = line.rstrip("\n")
            last = joined.rpartition("\n")[2] + content
            broken = len(content) in self._widths and _URL.search(last.split()[-1] if last.split() else "")
            joined += content if broken and not content[-1:].isspace() else line
        return joined


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
