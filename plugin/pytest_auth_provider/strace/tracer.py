"""Run a command under `strace`, where that is installed and allowed: record its calls."""

from __future__ import annotations

import codecs
import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DETACHED: Final = ("-D", "-f", "-qq")
"""strace runs beside the command (`-D`), which stays our own child, and follows what it starts (`-f`)."""

SLOWDOWN: Final = 10.0
"""How many times as long commands get that run under strace: one that makes 100,000 files takes 7 times as long."""


@dataclass(frozen=True)
class Tracer:
    """`strace` with the options of one kind of trace; `-o` is added for each command."""

    options: tuple[str, ...]

    @property
    def program(self) -> str | None:
        """The path of strace, or None where it is not installed, may not be used or does not know the options."""
        return _usable_strace(self.options)

    def wrapper(self, log: Path) -> tuple[str, ...]:
        """Return what goes before a command so that its calls are written to `log`; nothing where strace cannot run."""
        program = self.program
        return (program, *self.options, "-o", str(log)) if program else ()


@functools.cache
def _usable_strace(options: tuple[str, ...]) -> str | None:
    """Find strace and try it once with these options on `true`."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run([program, *options, "-o", os.devnull, "true"], capture_output=True, check=False)
    return program if tried.returncode == 0 else None


def read_log(log: Path) -> str:
    """Return what strace wrote to `log`; an empty text where there is no such file."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
"""A string as strace prints it, with its quotes."""

_CALL = re.compile(r"(?P<pid>\d+) +(?:<\.\.\. \w+ resumed>|(?P<name>\w+)\()(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"


def calls(trace: str) -> Iterator[tuple[str, str, str]]:
    """Yield process id, name and arguments with result of each call that succeeded, in the order they returned.

    A call that strace prints in two parts, because another process was busy meanwhile, is put together again.
    """
    begun: dict[str, tuple[str, str]] = {}
    for line in trace.splitlines():
        match = _CALL.match(line)
        if match is None:
            continue
        pid, rest = match["pid"], match["rest"]
        name, start = (match["name"], "") if match["name"] else begun.pop(pid, ("", ""))
        if rest.endswith(_UNFINISHED):
            begun[pid] = name, rest.removesuffix(_UNFINISHED)
        elif " = -1 " not in rest:
            yield pid, name, start + rest


def plain(escaped: str) -> str:
    """Undo the octal escapes with which strace prints what is not ASCII."""
    raw, _length = codecs.escape_decode(escaped.encode())
    return os.fsdecode(raw)
