"""libfaketime, for programs that ask libc for the time: find it, and tell whether a program would notice it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LIBRARY: Final = "AUTH_PROVIDER_FAKETIME"
"""The environment variable with the path of the library, where it is in no usual place."""

_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")
_NAME = "libfaketime.so.1"
_INTERPRETER = 3  # PT_INTERP: the program is linked dynamically
_GO = b"Go build ID:"
_HEAD_BYTES = 4 * 1024 * 1024  # of a program that are read


def library() -> Path | None:
    """Return the path of libfaketime, or None where it is not installed (Debian: the package `libfaketime`)."""
    if sys.platform != "linux":
        return None
    named = os.environ.get(LIBRARY)
    found = [Path(named)] if named else [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/{_NAME}")]
    return next(filter(Path.is_file, found), None)


def variables(preload: Path, seconds: float) -> Mapping[str, str]:
    """Return the environment variables that put a program `seconds` ahead; monotonic clocks stay as they are."""
    return {"FAKETIME": f"{seconds:+.3f}", **_common(preload)}


def variables_of_file(preload: Path, offset: Path) -> Mapping[str, str]:
    """Return the variables of a program that reads how many seconds it is ahead from the file `offset`, every time."""
    return {"FAKETIME_TIMESTAMP_FILE": str(offset), **_common(preload)}


def _common(preload: Path) -> Mapping[str, str]:
    return {
        "LD_PRELOAD": str(preload),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }


def why_not(program: Path) -> str:
    """Return why libfaketime has no effect on `program`; an empty string where it has."""
    head = program.read_bytes()[:_HEAD_BYTES]
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
    """Return whether an ELF file is linked dynamically: its program headers name an interpreter (System V ABI)."""
    wide, order = head[4] == 2, "little" if head[5] == 1 else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(head[at : at + size], order)  # type: ignore[arg-type]  # it is one of the two

    table = number(32, 8) if wide else number(28, 4)
    size, count = (number(54, 2), number(56, 2)) if wide else (number(42, 2), number(44, 2))
    return any(number(table + size * entry, 4) == _INTERPRETER for entry in range(count))
