"""libfaketime, for programs that ask libc for the time: whether it is there, and whether a program minds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LIBRARY: Final = "AUTH_PROVIDER_FAKETIME"
"""The variable that names the library where it is in no usual place."""

_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")
_NAME = "libfaketime.so.1"
_INTERPRETER = 3  # PT_INTERP: the program is linked dynamically
_GO = b"Go build ID:"
_LOOKED_AT = 4 * 1024 * 1024


def library() -> Path | None:
    """Where libfaketime is, if it is installed (Debian: the package `libfaketime`)."""
    if sys.platform != "linux":
        return None
    named = os.environ.get(LIBRARY)
    found = [Path(named)] if named else [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/{_NAME}")]
    return next(filter(Path.is_file, found), None)


def variables(preload: Path, seconds: float) -> Mapping[str, str]:
    """What makes every program that starts `seconds` ahead; clocks that only measure stay as they are."""
    return {
        "LD_PRELOAD": str(preload),
        "FAKETIME": f"{seconds:+.3f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }


def why_not(program: Path) -> str:
    """Why a program would not notice; empty where it would."""
    head = program.read_bytes()[:_LOOKED_AT]
    if head.startswith(b"#!"):
        return _of_script(head)
    if not head.startswith(b"\x7fELF"):
        return "it is no ELF program"
    if _GO in head:
        return "Go asks the kernel for the time, not libc"
    return "" if _is_dynamic(head) else "it is linked statically"


def _of_script(head: bytes) -> str:
    words = head[2:].split(b"\n", 1)[0].decode(errors="replace").split()
    if words and words[0].endswith("/env"):
        return ""  # whatever env finds; the loader will tell
    interpreter = Path(words[0]) if words else None
    return why_not(interpreter) if interpreter and interpreter.is_file() else "its interpreter is not there"


def _is_dynamic(head: bytes) -> bool:
    """Does an ELF file name an interpreter for itself?

    System V ABI, program headers.
    """
    wide, order = head[4] == 2, "little" if head[5] == 1 else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(head[at : at + size], order)  # type: ignore[arg-type]  # it is one of the two

    table = number(32, 8) if wide else number(28, 4)
    size, count = (number(54, 2), number(56, 2)) if wide else (number(42, 2), number(44, 2))
    return any(number(table + size * entry, 4) == _INTERPRETER for entry in range(count))
