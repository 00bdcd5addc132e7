"""Find files that a client wrote where every user of the machine may look: outside of its sandbox.

A path such as `/tmp/acme.json` that is written into a program ignores HOME and TMPDIR. Whose file it is does not show,
but the secrets in it do: no other provider ever issued them.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

SHARED: Final = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # nosec B108  # noqa: S108 - they are looked into, not used
"""Directories that every user of the machine can write to."""
MARGIN: Final = 2.0
"""Seconds by which the times of a file system may lag behind."""
DEPTH: Final = 2
"""How many levels below a shared directory are looked at."""


FEW: Final = 500
"""As many entries of a directory are looked at each time; of more, only those that may have changed."""


def recent_files(seconds: float, besides: Path, shared: Iterable[Path] = SHARED) -> Iterator[Path]:
    """Yield our own regular files in shared directories that were changed in the last `seconds`.

    What is below `besides`, the sandbox, is left out, and what lies deeper than `DEPTH` levels; in a directory of more
    than `FEW` entries also what is written in place and was there, unchanged, when the directory was first looked at.
    """
    since = time.time() - seconds - MARGIN
    for directory in shared:
        yield from _recent(directory, since, besides, DEPTH)


def _recent(directory: Path, since: float, besides: Path, depth: int) -> Iterator[Path]:
    listing = _LISTINGS.setdefault(directory, _Listing(directory)) if depth == DEPTH else _Listing(directory)
    for path, status in listing.changed(since):
        if path == besides:
            continue
        if stat.S_ISREG(status.st_mode):
            yield path
        elif stat.S_ISDIR(status.st_mode) and depth > 1:
            yield from _recent(path, since, besides, depth - 1)


class _Listing:
    """The entries of a directory, and which of them were old as they were first seen.

    Ten thousand files in `/tmp` would cost each command a tenth of a second, if all were looked at each time.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._entries: list[os.DirEntry[str]] = []
        self._changed_ns = -1
        self._old: set[tuple[str, int]] = set()
        self._seen_new: set[tuple[str, int]] = set()

    def changed(self, since: float) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield our own entries that were changed after `since`, a time in seconds."""
        self._read()
        many = len(self._entries) > FEW
        for entry in self._entries:
            known = entry.name, entry.inode()  # a file that was replaced is another one
            if many and known in self._old:
                continue
            try:
                status = os.stat(entry.path, follow_symlinks=False)  # noqa: PTH116 - entry.stat() would remember
            except OSError:
                continue
            if status.st_uid == os.geteuid() and status.st_ctime >= since:
                self._seen_new.add(known)
                yield Path(entry.path), status
            elif known not in self._seen_new and not entry.is_dir(follow_symlinks=False):
                self._old.add(known)

    def _read(self) -> None:
        """List the directory, unless nothing came or went since it was listed."""
        try:
            changed_ns = self._directory.stat().st_mtime_ns
            if changed_ns == self._changed_ns:
                return
            with os.scandir(self._directory) as entries:
                self._entries = list(entries)
        except OSError:
            self._entries, self._changed_ns = [], -1
            return
        # A change within the same tick of the clock would not show.
        is_settled = changed_ns / 1e9 < time.time() - MARGIN
        self._changed_ns = changed_ns if is_settled else -1


_LISTINGS: Final[dict[Path, _Listing]] = {}
"""What this process knows of the shared directories."""
