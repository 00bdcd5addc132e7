"""The programs that stand where a browser would be: each hands its URL over and is gone.

A person's browser opens in a window of its own and the client goes on; a program that waited for the page to load
would stop every client that opens it in the foreground, such as Python's `webbrowser`.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pytest_auth_provider.processes.tree import MARKER

NAME: Final = "auth-browser"
"""The program itself; the others are links to it."""

PROGRAMS: Final = (
    *("xdg-open", "sensible-browser", "x-www-browser", "www-browser", "gio", "gvfs-open", "gnome-open", "exo-open"),
    *("kde-open", "kde-open5", "kfmclient", "open", "wslview", "cygstart", "firefox", "google-chrome", "chrome"),
    *("chromium", "chromium-browser", "microsoft-edge", "epiphany", "lynx", "links", "w3m", "elinks"),
)
"""What programs look for on the PATH when they want to show a page."""

_SCRIPT: Final = """\
#!/bin/sh
# Hands a URL to the browser of pytest-auth-provider, and is gone.
box={box}
[ -p "$box/bell" ] || exit 1
for url; do
    case $url in --*=*://*) url=${{url#*=}} ;; esac
    case $url in
    *://*)
        printf '%s\\n%s' "${marker}" "$url" > "$box/$$" && printf '%s\\n' "$$" > "$box/bell"
        exit 0 ;;
    esac
done
exit 0
"""

OnOpened = Callable[[str, str], None]
"""Told the mark of the command that opened a URL (empty where it hid it), and the URL."""


class Shim:
    """The programs in one directory of a PATH, and the box they put their URLs into.

    Letters lie in `box` as files, for a URL may be longer than a pipe takes at once; a named pipe is the bell.
    `on_opened` is called on a thread of ours, or of whoever calls `collect`.
    """

    def __init__(self, directory: Path, box: Path, on_opened: OnOpened) -> None:
        self.program = directory / NAME
        self._box = box
        self._on_opened = on_opened
        self._bell = box / "bell"
        self._lock = threading.Lock()
        self._closed = False
        box.mkdir()
        os.mkfifo(self._bell, 0o600)
        # For reading and writing: then there is always a reader, and nobody's bell blocks.
        self._ringing = os.open(self._bell, os.O_RDWR | os.O_NONBLOCK)
        self._stop, self._stopped = os.pipe()
        self._install(directory)
        self._thread = threading.Thread(target=self._listen, name="browser-shim", daemon=True)
        self._thread.start()

    def _install(self, directory: Path) -> None:
        self.program.write_text(_SCRIPT.format(box=shlex.quote(str(self._box)), marker=f"{{{MARKER}}}"))
        self.program.chmod(0o755)
        for name in PROGRAMS:
            (directory / name).symlink_to(NAME)

    def collect(self) -> None:
        """Deliver what has been handed over by now."""
        with self._lock:
            if self._closed:
                return
            rung = b""
            with contextlib.suppress(BlockingIOError):
                while chunk := os.read(self._ringing, 65536):
                    rung += chunk
            letters = [self._box / name for name in rung.decode().split()]
            for letter in letters:
                with contextlib.suppress(OSError):
                    mark, _, url = letter.read_text(errors="replace").partition("\n")
                    letter.unlink()
                    self._on_opened(mark, url)

    def close(self) -> None:
        """Take nothing more; the programs fail from now on, as where there is no browser. May be called again."""
        self._bell.unlink(missing_ok=True)
        self.collect()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._stopped)
        self._thread.join()
        for descriptor in (self._stop, self._ringing):
            os.close(descriptor)

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._ringing, select.POLLIN)
        poll.register(self._stop, select.POLLIN | select.POLLHUP)
        while all(descriptor != self._stop for descriptor, _event in poll.poll()):
            self.collect()
