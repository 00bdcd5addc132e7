"""The seccomp filter that holds every system call by which a program changes files, as a program for the kernel's BPF.

The numbers of system calls are those of the Linux headers; on processors that are not in the table nothing can be held.
"""

from __future__ import annotations

import os
import platform
import struct
from typing import Final

_X86_64: Final = {
    "write": 1,
    "open": 2,
    "pwrite64": 18,
    "writev": 20,
    "sendfile": 40,
    "truncate": 76,
    "ftruncate": 77,
    "rename": 82,
    "creat": 85,
    "link": 86,
    "unlink": 87,
    "symlink": 88,
    "chmod": 90,
    "fchmod": 91,
    "openat": 257,
    "unlinkat": 263,
    "renameat": 264,
    "linkat": 265,
    "symlinkat": 266,
    "fchmodat": 268,
    "fallocate": 285,
    "pwritev": 296,
    "renameat2": 316,
    "copy_file_range": 326,
    "pwritev2": 328,
    "openat2": 437,
    "fchmodat2": 452,
}
_AARCH64: Final = {
    "unlinkat": 35,
    "symlinkat": 36,
    "linkat": 37,
    "renameat": 38,
    "truncate": 45,
    "ftruncate": 46,
    "fallocate": 47,
    "fchmod": 52,
    "fchmodat": 53,
    "openat": 56,
    "write": 64,
    "writev": 66,
    "pwrite64": 68,
    "pwritev": 70,
    "sendfile": 71,
    "renameat2": 276,
    "copy_file_range": 285,
    "pwritev2": 287,
    "openat2": 437,
    "fchmodat2": 452,
}
_MACHINES: Final = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
"""Machine -> its audit number (linux/audit.h) and the numbers of its system calls."""

FLAGS_ARGUMENT: Final = {"open": 1, "openat": 2}
"""Call that may open a file for reading alone -> which of its arguments says so. Only the others are held."""

WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
"""The flags of a file that is opened in order to be changed."""

# linux/bpf_common.h and linux/seccomp.h
_LOAD, _JUMP_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _HOLD = 0x7FFF0000, 0x7FC00000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data


def names() -> dict[int, str]:
    """Return number -> name of the system calls that are held on this machine; nothing where none can be."""
    _audit, numbers = _MACHINES.get(platform.machine(), (0, {}))
    return {number: name for name, number in numbers.items()}


def program() -> bytes:
    """Return the filter as an array of `struct sock_filter`. Calls of another architecture (32 bit) are let through."""
    audit, numbers = _MACHINES[platform.machine()]
    code = [_do(_LOAD, _MACHINE), _do(_JUMP_EQUAL, audit, 1, 0), _do(_RETURN, _ALLOW), _do(_LOAD, _NUMBER)]
    for name, number in numbers.items():
        held = _hold_if_writing(FLAGS_ARGUMENT[name]) if name in FLAGS_ARGUMENT else [_do(_RETURN, _HOLD)]
        code += [_do(_JUMP_EQUAL, number, 0, len(held)), *held]
    return b"".join([*code, _do(_RETURN, _ALLOW)])


def _hold_if_writing(argument: int) -> list[bytes]:
    flags = _do(_LOAD, _ARGUMENTS + 8 * argument)  # the lower half, on machines that count from the small end
    return [flags, _do(_JUMP_ANY_BIT, WRITING, 0, 1), _do(_RETURN, _HOLD), _do(_RETURN, _ALLOW)]


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
