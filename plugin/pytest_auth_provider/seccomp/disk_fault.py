"""What becomes of a change that a command is about to make on the disk.

A disk fault is asked about each call in turn. It returns what is to happen: `Through`, `Part`, `Refused` or `Killed`.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pytest_auth_provider.seccomp.file_call import FileCall


@dataclass(frozen=True)
class Through:
    """The call is made as it was asked for."""


@dataclass(frozen=True)
class Part:
    """The first `length` bytes are written, and the call returns that number."""

    length: int


@dataclass(frozen=True)
class Refused:
    """The call fails with this error number, and does nothing."""

    error: int


@dataclass(frozen=True)
class Killed:
    """The command is killed (SIGKILL) with its whole group, and the call is never made."""


Fate = Through | Part | Refused | Killed

THROUGH: Final = Through()


@dataclass(frozen=True)
class FileChange:
    """One call that was about to change a watched directory.

    `call` is its name, as in `rename`, and `path` the file that it changes. `fate` is what became of it: `made`, `cut`
    (written in part), `refused` or `killed`.
    """

    call: str
    path: Path
    fate: str


class DiskFault(Protocol):
    """One misbehaviour of a disk, or one crash of the machine."""

    def fate(self, call: FileCall, earlier: Sequence[FileChange], /) -> Fate:
        """Return what becomes of a call; `earlier` are the changes that came before it."""


@dataclass(frozen=True)
class OnlyWatched:
    """Every call is made."""

    def fate(self, _call: FileCall, _earlier: Sequence[FileChange], /) -> Fate:
        """Let the call through."""
        return THROUGH


MOMENTS: Final = ("first-write", "replacement", "replaced", "later")
"""The moments of `KilledAt`, in the order in which a command gets there."""


@dataclass(frozen=True)
class KilledAt:
    """The command dies right before a change is made: at one of the `MOMENTS`.

    first-write   before the first bytes come into the directory, in whichever file: one that was created is empty
    replacement   before the first change of one of the `stores` itself: a rename or link over it, or a write into it
    replaced      before the next change in the directory after that one
    later         before the change after next
    """

    moment: str
    stores: frozenset[Path]

    def fate(self, call: FileCall, earlier: Sequence[FileChange], /) -> Fate:
        """Kill the command where its moment has come."""
        return Killed() if call.changes and self._has_come(call, earlier) else THROUGH

    def _has_come(self, call: FileCall, earlier: Sequence[FileChange]) -> bool:
        if self.moment == "first-write":
            return call.brings_bytes
        if self.moment == "replacement":
            return call.path in self.stores
        begun = next((number for number, change in enumerate(earlier) if change.path in self.stores), None)
        since = 0 if begun is None else len(earlier) - begun
        return since == {"replaced": 1, "later": 2}[self.moment]


@dataclass(frozen=True)
class Full:
    """No file can grow beyond `largest` bytes: the rest of a write is lost, and the next one finds no space.

    What is written over bytes that a file has already needs no space, as on a real disk.
    """

    largest: int

    def fate(self, call: FileCall, _earlier: Sequence[FileChange], /) -> Fate:
        """Write what there is space for, else refuse with ENOSPC."""
        allowed = max(self.largest, call.size)
        if not call.length or call.start + call.length <= allowed:
            return THROUGH
        whole = call.name in ("ftruncate", "fallocate", "sendfile", "copy_file_range")
        room = 0 if whole else allowed - call.start
        return Part(room) if room > 0 else Refused(errno.ENOSPC)


@dataclass(frozen=True)
class ReadOnly:
    """Nothing can be written, created, moved or removed."""

    def fate(self, call: FileCall, _earlier: Sequence[FileChange], /) -> Fate:
        """Refuse with EROFS. That a mode is set is no sign that anything was to be written."""
        return THROUGH if call.sets_mode else Refused(errno.EROFS)


@dataclass(frozen=True)
class ModesRefused:
    """No permission bits can be set, as on file systems that know none."""

    def fate(self, call: FileCall, _earlier: Sequence[FileChange], /) -> Fate:
        """Refuse a `chmod` with EPERM."""
        return Refused(errno.EPERM) if call.sets_mode else THROUGH
