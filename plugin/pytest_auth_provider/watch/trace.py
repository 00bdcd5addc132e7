"""What `strace` writes, read line by line."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from typing import Final

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
