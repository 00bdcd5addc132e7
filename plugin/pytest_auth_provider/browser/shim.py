"""Programs that stand in for every browser: each hands its URL over and exits.

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
# Hands a URL to the browser of pytest-auth-provider, and exits.
box={box}
[ -p "$box/pipe" ] || exit 1
found=
for url; do
    case $url in --*=*:*) url=${{url#*=}} ;; esac
    case $url in
    *://*) found=$url; break ;;
    [A-Za-z]*:*) found=${{found:-$url}} ;;
    esac
done
[ "$found" ] || exit 0
printf '%s\\n%s' "${marker}" "$found" > "$box/$$" && printf '%s\\n' "$$" > "$box/pipe"
while [ -e "$box/stays" ]; do sleep 0.1; done
"""

OnOpened = Callable[[str, str], None]
"""Called with the marker of the command that opened a URL (empty if it scrubbed its environment), and the URL."""


class Shim:
    """Install the programs in `directory`, which is on the PATH, and receive the URLs that they are given.

    Each program writes its URL to a file in `box`, since a URL may be longer than a pipe takes at once, and then the
    file's name to a named pipe. `on_opened` is called on the thread that reads the pipe, or on that of a caller of
    `collect`.
    """

    def __init__(self, directory: Path, box: Path, on_opened: OnOpened) -> None:
        self.program = directory / NAME
        self._box = box
        self._on_opened = on_opened
        self._pipe = box / "pipe"
        self._lock = threading.Lock()
        self._closed = False
        box.mkdir()
        os.mkfifo(self._pipe, 0o600)
        # For reading and writing: then there is always a reader, and no program blocks on opening the pipe.
        self._incoming = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)
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
        """Call `on_opened` for every URL that has been handed over so far."""
        with self._lock:
            if self._closed:
                return
            names = b""
            with contextlib.suppress(BlockingIOError):
                while chunk := os.read(self._incoming, 65536):
                    names += chunk
            files = [self._box / name for name in names.decode().split()]
            for file in files:
                with contextlib.suppress(OSError):
                    mark, _, url = file.read_text(errors="replace").partition("\n")
                    file.unlink()
                    self._on_opened(mark, url)

    def stay(self) -> None:
        """Let the programs hand their URL over as before, and not return before this is closed."""
        (self._box / "stays").touch()

    def close(self) -> None:
        """Stop; the programs fail from now on, as where there is no browser. Closing again does nothing."""
        (self._box / "stays").unlink(missing_ok=True)
        self._pipe.unlink(missing_ok=True)
        self.collect()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._stopped)
        self._thread.join()
        for descriptor in (self._stop, self._incoming):
            os.close(descriptor)

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._incoming, select.POLLIN)
        poll.register(self._stop, select.POLLIN | select.POLLHUP)
        while all(descriptor != self._stop for descriptor, _event in poll.poll()):
            self.collect()
