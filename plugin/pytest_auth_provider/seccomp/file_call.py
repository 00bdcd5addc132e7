"""What a system call is about to do to which file, read from the memory of the process that makes it."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_auth_provider.seccomp import filter as held
from pytest_auth_provider.seccomp.notification import HeldCall

_AT_FDCWD: Final = 2**32 - 100  # linux/fcntl.h, in the 32 bits of a descriptor
_PATHS: Final[dict[str, tuple[tuple[int | None, int], ...]]] = {
    "open": ((None, 0),),
    "creat": ((None, 0),),
    "openat": ((0, 1),),
    "openat2": ((0, 1),),
    "truncate": ((None, 0),),
    "unlink": ((None, 0),),
    "unlinkat": ((0, 1),),
    "symlink": ((None, 1),),
    "symlinkat": ((1, 2),),
    "rename": ((None, 0), (None, 1)),
    "renameat": ((0, 1), (2, 3)),
    "renameat2": ((0, 1), (2, 3)),
    "link": ((None, 0), (None, 1)),
    "linkat": ((0, 1), (2, 3)),
    "chmod": ((None, 0),),
    "fchmodat": ((0, 1),),
    "fchmodat2": ((0, 1),),
}
"""Call -> for each path that it names, the arguments with the directory's descriptor (None: the cwd) and the path."""
_DESCRIPTORS: Final = {"copy_file_range": 2}
"""Call that names its file by a descriptor -> which argument that is, where it is not the first."""
_LENGTHS: Final = {"write": 2, "pwrite64": 2, "sendfile": 3, "copy_file_range": 4, "ftruncate": 1}
"""Call -> the argument that says how many bytes; of `ftruncate` how long the file is to be."""
_VECTORS: Final = ("writev", "pwritev", "pwritev2")
_AT_A_POSITION: Final = ("pwrite64", "pwritev", "pwritev2")
"""Calls that say where to write, in their fourth argument."""
_MODES: Final = ("chmod", "fchmod", "fchmodat", "fchmodat2")
"""Calls that change who may do what with a file, and nothing in it."""
_OPENS: Final = ("open", "openat", "openat2", "creat")


@dataclass(frozen=True)
class FileCall:
    """One system call that is about to change files.

    `name` is the call's; `paths` are the files it names, the one that is changed last. `changes` is false for one that
    opens a file to write to it, and neither creates nor empties it, and for one that sets its mode. `start` and
    `length` say which bytes of the file will be written; both are 0 for calls that write none.
    """

    name: str
    held: HeldCall
    paths: tuple[Path, ...]
    changes: bool
    start: int = 0
    length: int = 0

    @property
    def path(self) -> Path:
        """The file that is changed: the target of a rename or link."""
        return self.paths[-1]

    @property
    def sets_mode(self) -> bool:
        """Whether it changes who may do what with the file."""
        return self.name in _MODES

    @property
    def brings_bytes(self) -> bool:
        """Whether there is more in the directory afterwards than a name: it writes, or moves a file there."""
        return self.length > 0 or self.name.startswith(("rename", "link"))

    @property
    def size(self) -> int:
        """How long the file is now; 0 where there is none yet."""
        return self.path.stat().st_size if self.path.exists() else 0

    def do_part(self, length: int) -> int:
        """Write the first `length` bytes in the place of the caller, and return how many were written."""
        number, buffer, *_rest = self.held.arguments
        data = self.held.bytes_at(buffer, length) if self.name not in _VECTORS else self._gathered(length)
        with self.held.descriptor(number) as descriptor:
            at_a_position = self.name in _AT_A_POSITION and self.name != "pwritev2"
            return os.pwrite(descriptor, data, self.start) if at_a_position else os.write(descriptor, data)

    def _gathered(self, length: int) -> bytes:
        pieces = b"".join(self.held.bytes_at(base, size) for base, size in _vector(self.held))
        return pieces[:length]


def read_call(call: HeldCall, is_ours: Callable[[Path], bool]) -> FileCall | None:
    """Return what a call is about to do, or None for one that touches no file of which `is_ours` is true.

    Raises `OSError` where the caller is gone or may not be looked into.
    """
    name = held.names()[call.number]
    paths = tuple(_path(call, *where) for where in _PATHS[name]) if name in _PATHS else _open_file(call, name)
    if not any(is_ours(path) for path in paths):
        return None
    if name in _OPENS:
        return FileCall(name, call, paths, changes=_creates_or_empties(call, name, paths[-1]))
    if name in _MODES:
        return FileCall(name, call, paths, changes=False)
    start, length = _extent(call, name)
    return FileCall(name, call, paths, changes=True, start=start, length=length)


def _path(call: HeldCall, directory: int | None, path: int) -> Path:
    """Return the path that two arguments name, its directory without links."""
    named = os.fsdecode(call.text(call.arguments[path]))
    number = _AT_FDCWD if directory is None else _descriptor(call, directory)
    start = "cwd" if number == _AT_FDCWD else f"fd/{number}"
    whole = Path(f"/proc/{call.thread}", start).readlink() / named
    return Path(os.path.realpath(whole.parent)) / whole.name


def _open_file(call: HeldCall, name: str) -> tuple[Path, ...]:
    link = Path(f"/proc/{call.thread}/fd/{_descriptor(call, _DESCRIPTORS.get(name, 0))}").readlink()
    return (Path(str(link).removesuffix(" (deleted)")),)


def _descriptor(call: HeldCall, argument: int) -> int:
    """Return the descriptor in an argument: its other bits mean nothing."""
    return call.arguments[argument] & 0xFFFFFFFF


def _creates_or_empties(call: HeldCall, name: str, path: Path) -> bool:
    if name == "creat":
        return True
    if name == "openat2":
        (flags,) = struct.unpack("=Q", call.bytes_at(call.arguments[2], 8))
    else:
        flags = call.arguments[held.FLAGS_ARGUMENT[name]]
    there = path.exists()
    return bool((flags & os.O_CREAT and not there) or (flags & os.O_TRUNC and there))


def _extent(call: HeldCall, name: str) -> tuple[int, int]:
    """Return where a call begins to write and how many bytes; 0 and 0 where it writes none."""
    if name == "ftruncate":
        return 0, call.arguments[1]
    if name == "fallocate":
        return call.arguments[2], call.arguments[3]
    if name in _VECTORS:
        length = sum(size for _base, size in _vector(call))
    elif name in _LENGTHS:
        length = call.arguments[_LENGTHS[name]]
    else:
        return 0, 0
    at = call.arguments[3] if name in _AT_A_POSITION else -1
    return (at if 0 <= at < 1 << 63 else _position(call, _DESCRIPTORS.get(name, 0))), length


def _position(call: HeldCall, argument: int) -> int:
    """Return where in its file a descriptor writes next: at the end where it appends."""
    number = _descriptor(call, argument)
    facts = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{call.thread}/fdinfo/{number}").read_text(encoding="ascii").splitlines()
        if ":" in line
    )
    if int(facts["flags"], 8) & os.O_APPEND:
        return Path(f"/proc/{call.thread}/fd/{number}").stat().st_size
    return int(facts["pos"])


def _vector(call: HeldCall) -> list[tuple[int, int]]:
    """Return address and length of each piece of a `writev`."""
    data = call.bytes_at(call.arguments[1], 16 * call.arguments[2])
    return list(struct.iter_unpack("=QQ", data))
