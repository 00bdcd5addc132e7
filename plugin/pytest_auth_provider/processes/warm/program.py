"""Tell whether a command runs a program that is written in Python, and what Python is to run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?t?")
_FLAGS = re.compile(r"-[bBdEIOPqRsSuv]+")
_LONG_PATH = re.compile(rb"#!/bin/sh\n'''exec' \"?([^\"\n]+?)\"? \"\$0\" \"\$@\"\n")
"""What pip writes where the path of the interpreter is too long, or holds a blank."""
_HEAD = 4096


class NotPython(Exception):  # noqa: N818 - it reads as what was found
    """A command runs something else, or Python in another way; its text says what was found."""


@dataclass(frozen=True)
class PythonProgram:
    """A program that Python runs: `target` is `("-m", module)` or `("", path of a script)`.

    `interpreter` runs it with `options`. `before` is what the system puts before the words of the command, and
    `leading` how many of these come before the program's own.
    """

    interpreter: str
    options: tuple[str, ...]
    target: tuple[str, str]
    before: tuple[str, ...] = ()
    leading: int = 1

    @classmethod
    def of(cls, argv: Sequence[str], env: Mapping[str, str]) -> Self:
        """Return the program that `argv` runs. Raises `NotPython`."""
        if _PYTHON.fullmatch(Path(argv[0]).name):
            return cls._of_words(argv)
        interpreter, options = _interpreter_of(Path(argv[0]), env)
        return cls(interpreter, options, ("", argv[0]), (interpreter, *options))

    @classmethod
    def _of_words(cls, argv: Sequence[str]) -> Self:
        """Return what `python [options] -m module` or `python [options] script` runs."""
        at = 1
        while at < len(argv) and (_FLAGS.fullmatch(argv[at]) or argv[at] in ("-X", "-W")):
            at += 2 if argv[at] in ("-X", "-W") else 1
        options, rest = tuple(argv[1:at]), argv[at:]
        if len(rest) > 1 and rest[0] == "-m":
            return cls(argv[0], options, ("-m", rest[1]), leading=at + 2)
        if rest and not rest[0].startswith("-") and os.access(rest[0], os.R_OK) and Path(rest[0]).is_absolute():
            return cls(argv[0], options, ("", rest[0]), leading=at + 1)
        raise NotPython(f"{Path(argv[0]).name} is started with neither -m nor the absolute path of a script")


def _interpreter_of(script: Path, env: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the interpreter that the first lines of a script name, and its options. Raises `NotPython`."""
    try:
        with script.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise NotPython(f"{script.name} cannot be read") from error
    if found := _LONG_PATH.match(head):
        words = [os.fsdecode(found[1])]
    elif head.startswith(b"#!"):
        words = os.fsdecode(head[2:].partition(b"\n")[0]).split()
    else:
        raise NotPython(f"{script.name} is no script")
    if words and Path(words[0]).name == "env":
        words = [word for word in words[1:] if word != "-S"]
        words[:1] = [shutil.which(words[0], path=env.get("PATH")) or words[0]] if words else []
    if not words or not _PYTHON.fullmatch(Path(words[0]).name):
        raise NotPython(f"{script.name} is run by {Path(words[0]).name if words else 'nothing'}")
    return words[0], tuple(words[1:])
