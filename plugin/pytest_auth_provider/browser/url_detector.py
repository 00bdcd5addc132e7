"""Find URLs in a command's output while it is printed."""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Callable, Iterator
from typing import Final

from pytest_auth_provider.adapters.phrases import plain
from pytest_auth_provider.processes.terminal import COLUMNS

_BUFFERED: Final = 16384
"""Characters of output that are searched again with the next chunk; no URL that a person gets is longer."""

_URL: Final = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)
_HYPERLINK: Final = re.compile(r"\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]+)(?:\x07|\x1b\\)")
_SENTENCE_END: Final = ".,;:!?)]*"


class UrlFinder:
    """Find each URL of one stream once, as soon as the character after it shows that it is complete.

    `widths` are the columns at which programs wrap lines: a line of exactly that length which ends inside a URL is
    joined with the next one.
    """

    def __init__(self, widths: tuple[int, ...] = (80,)) -> None:
        self._widths = widths
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._text = ""
        self._found: set[str] = set()

    def feed(self, chunk: bytes) -> list[str]:
        """Add a chunk of output and return the URLs that it completes."""
        self._text = (self._text + self._decoder.decode(chunk))[-_BUFFERED:]
        return self._new(complete=True)

    def rest(self) -> list[str]:
        """Return the URLs that the output ends with: a prompt prints nothing after them. Later output starts afresh."""
        new = self._new(complete=False)
        self._text = ""
        return new

    @property
    def unfinished(self) -> bool:
        """Whether the output ends with a URL that may go on."""
        at = self._text.rfind("://")
        return at >= 0 and not any(map(str.isspace, self._text[at:]))

    def _new(self, *, complete: bool) -> list[str]:
        if "://" not in self._text:
            return []
        new = [url for url in self._urls(complete=complete) if url not in self._found]
        self._found.update(new)
        return list(dict.fromkeys(new))

    def _urls(self, *, complete: bool) -> Iterator[str]:
        yield from _HYPERLINK.findall(self._text)
        text = self._unwrapped(plain(self._text))
        for match in _URL.finditer(text):
            if not complete or match.end() < len(text):
                yield match.group().rstrip(_SENTENCE_END)

    def _unwrapped(self, text: str) -> str:
        """Return `text` with the lines joined that a URL was wrapped into."""
        joined = ""
        for line in text.splitlines(keepends=True):
            content = line.rstrip("\n")
            last = joined.rpartition("\n")[2] + content
            broken = len(content) in self._widths and _URL.search(last.split()[-1] if last.split() else "")
            joined += content if broken and not content[-1:].isspace() else line
        return joined


PROMPT_SECONDS = 0.25
"""Seconds without output after which a URL at the very end counts as complete."""

_WIDTHS = (80, COLUMNS)  # what a program assumes of an unknown terminal, and the width of ours


class UrlDetector:
    """Call `on_url` with each URL in one command's output, once, when it is complete.

    It is the `on_output` of a `Command`; `on_url` is called on the thread that reads the output, or on a timer's.
    """

    def __init__(self, on_url: Callable[[str], None]) -> None:
        self._on_url = on_url
        self._finders: dict[str, UrlFinder] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __call__(self, stream: str, chunk: bytes) -> None:
        """Search the next chunk of `stdout` or `stderr`."""
        with self._lock:
            finder = self._finders.setdefault(stream, UrlFinder(_WIDTHS))
            found = finder.feed(chunk)
            self._start_timer(finder)
        for url in found:
            self._on_url(url)

    @property
    def waits(self) -> bool:
        """Whether the output ends with a URL that counts as complete if nothing follows."""
        return self._timer is not None and self._timer.is_alive()

    def close(self) -> None:
        """Stop waiting for more output."""
        with self._lock:
            self._cancel_timer()

    def _start_timer(self, finder: UrlFinder) -> None:
        self._cancel_timer()
        if finder.unfinished:
            self._timer = threading.Timer(PROMPT_SECONDS, self._report_rest, (finder,))
            self._timer.daemon = True
            self._timer.start()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _report_rest(self, finder: UrlFinder) -> None:
        with self._lock:
            found = finder.rest()
        for url in found:
            self._on_url(url)
