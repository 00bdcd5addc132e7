"""The files below a directory at one moment, and which of them a command created, changed and removed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READ_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of each file that are looked at, from its beginning."""
DEEPEST: Final = 100
"""Folders within folders that are looked into."""
LONGEST_PATH: Final = 3000
"""Characters of the path of a folder that is looked into: the system takes 4095 bytes, a name of 255 included."""
MOST_FILES: Final = 100_000
"""Files of one directory that are looked at."""


@dataclass(frozen=True)
class FileState:
    """One regular file at one moment: size in bytes, permission bits, and the SHA-256 of its content (`file_state`).

    `sha256` is empty for a file that could not be read; `ctime_ns` is when content or mode last changed.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    mode: int
    sha256: str

    def same(self, other: FileState) -> bool:
        """Return whether content and mode are equal; a file that was written again with what it held is the same."""
        return (self.sha256, self.mode, self.size) == (other.sha256, other.mode, other.size)


READ_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH

Snapshot = Mapping[Path, FileState]
"""Path -> state of every regular file at one moment."""


@dataclass(frozen=True)
class FileChanges:
    """The difference between two snapshots: paths of regular files. It is falsy where nothing changed.

    `opened` are those of the changed files that others may read now by their mode, and could not before.
    """

    created: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    opened: tuple[Path, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """The files that were created or changed."""
        return self.created + self.changed

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)

    @classmethod
    def between(cls, before: Snapshot, after: Snapshot) -> FileChanges:
        """Return how the snapshot `after` differs from `before`."""
        changed = tuple(path for path in after if path in before and not after[path].same(before[path]))
        return cls(
            created=tuple(path for path in after if path not in before),
            changed=changed,
            removed=tuple(path for path in before if path not in after),
            opened=tuple(path for path in changed if after[path].mode & ~before[path].mode & READ_BY_OTHERS),
        )


def regular_files(directory: Path, overlooked: set[str] | None = None) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield every regular file below `directory`, sorted by name; links, sockets and files that vanish are skipped.

    What lies deeper than `DEEPEST` folders and what comes after `MOST_FILES` files is left out, and `overlooked` told.
    """
    overlooked = set() if overlooked is None else overlooked
    found = 0
    levels = [_entries(directory)]
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
        elif not _is(entry.is_dir):
            if _is(entry.is_file) and (status := _status(entry)) is not None:
                found += 1
                yield Path(entry.path), status
        elif not _is_deep(entry, levels):
            levels.append(_entries(Path(entry.path)))
        else:
            overlooked.add(f"folders below {DEEPEST} others")
        if found == MOST_FILES:
            overlooked.add(f"files beyond the first {MOST_FILES:,}")
            return


def _is_deep(folder: os.DirEntry[str], levels: Sized) -> bool:
    """Return whether a folder is too deep, or its path too long, to be looked into."""
    return len(levels) >= DEEPEST or len(folder.path) > LONGEST_PATH


def _entries(directory: Path) -> Iterator[os.DirEntry[str]]:
    """Return the entries of a directory by name; none where it cannot be listed."""
    try:
        with os.scandir(directory) as entries:
            return iter(sorted(entries, key=lambda entry: entry.name))
    except OSError:
        return iter(())


def _is(kind: Callable[..., bool]) -> bool:
    try:
        return kind(follow_symlinks=False)
    except OSError:
        return False


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def remove_deep_folders(directory: Path) -> None:
    """Remove what lies deeper than `DEEPEST` folders below `directory`: nobody could remove it by its path later.

    Each folder is moved to the top before it is emptied, for its path may be longer than the system takes.
    """
    levels = [_entries(directory)]
    deep: list[Path] = []
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
        elif _is(entry.is_dir):
            if _is_deep(entry, levels):
                deep.append(_moved(entry, directory))
            else:
                levels.append(_entries(Path(entry.path)))
    while deep:
        folder = deep.pop()
        for entry in _entries(folder):
            if _is(entry.is_dir):
                deep.append(_moved(entry, directory))
            else:
                Path(entry.path).unlink(missing_ok=True)
        folder.rmdir()


def _moved(folder: os.DirEntry[str], directory: Path) -> Path:
    """Move a folder to the top of `directory`, where it has a name of its own, and return it."""
    target = directory / f".too-deep-{folder.inode()}"
    Path(folder.path).chmod(stat.S_IRWXU)
    return Path(folder.path).rename(target)


def mode_bits(status: os.stat_result) -> int:
    """Return the permission bits of a file or directory, as in 0o600."""
    return stat.S_IMODE(status.st_mode)


def file_state(path: Path, status: os.stat_result) -> FileState:
    """Read the file at `path`, whose `stat` result is `status`, and return its state.

    Of a file that is larger than `READ_LIMIT`, only the beginning is read: it counts as changed when it was written.
    """
    try:
        with path.open("rb") as file:
            content = hashlib.sha256(file.read(READ_LIMIT))
        if status.st_size > READ_LIMIT:
            content.update(str(status.st_mtime_ns).encode())
        digest = content.hexdigest()
    except OSError:
        digest = ""
    return FileState(status.st_size, status.st_mtime_ns, status.st_ctime_ns, mode_bits(status), digest)


def read_start(path: Path) -> bytes:
    """Return the first `READ_LIMIT` bytes of a file; nothing for one that is gone or that we may not read."""
    try:
        with path.open("rb") as file:
            return file.read(READ_LIMIT)
    except OSError:
        return b""
