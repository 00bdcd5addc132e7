"""Whether others can get at a file at all: a directory that only its owner can enter protects whatever is below it."""

from __future__ import annotations

import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What a mode grants to anybody but the owner."""

_ENTER = stat.S_IXGRP | stat.S_IXOTH


def others_reach(path: Path, root: Path) -> bool:
    """Can others enter every directory between `root` and the file `path` in it?

    Only what the client has made counts, so `root` is its sandbox. Never true for a directory that is gone.
    """
    between = path.parent.relative_to(root).parents
    directories = [path.parent, *(root / directory for directory in between)]
    try:
        return all(directory.stat().st_mode & _ENTER for directory in directories if directory != root)
    except OSError:
        return False
