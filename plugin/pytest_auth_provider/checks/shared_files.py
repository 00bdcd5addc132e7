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

SHARED: Final = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 - they are looked into, not used
"""Directories that every user of the machine can write to."""
MARGIN: Final = 2.0
"""Seconds by which the times of a file system may lag behind."""
DEPTH: Final = 2
"""How many levels below a shared directory are looked at."""


def recent_files(seconds: float, besides: Path, shared: Iterable[Path] = SHARED) -> Iterator[Path]:
    """Yield our own regular files in shared directories that were changed in the last `seconds`.

    What is below `besides`, the sandbox, is left out, and what lies deeper than `DEPTH` levels.
    """
    since = time.time() - seconds - MARGIN
    for directory in shared:
        yield from _recent(directory, since, besides, DEPTH)


def _recent(directory: Path, since: float, besides: Path, depth: int) -> Iterator[Path]:
    try:
        entries = list(os.scandir(directory))
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if status.st_uid != os.geteuid() or status.st_ctime < since or path == besides:
            continue
        if stat.S_ISREG(status.st_mode):
            yield path
        elif stat.S_ISDIR(status.st_mode) and depth > 1:
            yield from _recent(path, since, besides, depth - 1)
