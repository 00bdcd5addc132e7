"""The program `strace`, where it is there and may be used."""

from __future__ import annotations

import codecs
import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final


@functools.cache
def strace_with(*options: str) -> str | None:
    """The program, or None where it is not installed, does not know `options` or may not look into other processes."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run([program, *options, "-o", os.devnull, "true"], capture_output=True, check=False)
    return program if tried.returncode == 0 else None


# FROM plugin/pytest_auth_provider/watch/trace.py: What `strace` writes, read line by line.


TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
"""A string as strace prints it, with its quotes."""

_CALL = re.compile(r"(?P<pid>\d+) +(?:<\.\.\. \w+ resumed>|(?P<name>\w+)\()(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"


def calls(trace: str) -> Iterator[tuple[str, str, str]]:
    """Process, name and text of each call that succeeded, a call that was interrupted put together again."""
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
    """A string as strace prints it, with octal escapes for what is not ASCII."""
    raw, _length = codecs.escape_decode(escaped.encode())
    return os.fsdecode(raw)
