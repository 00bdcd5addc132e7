"""What system calls tell that nobody can see afterwards: first permission bits of a file, command lines of programs.

`chmod` hides the mode a file was created with, and short-lived programs are gone from the process table before anybody
looks, although every user of the machine could read their command lines while they ran.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pytest_auth_provider.processes.spawn import USUAL_UMASK
from pytest_auth_provider.strace.tracer import DETACHED, TEXT, Tracer, calls, plain

_CREATE: Final = ("open", "openat", "openat2", "creat")
_MOVE: Final = ("rename", "renameat", "renameat2", "link", "linkat")
_REMOVE: Final = ("unlink", "unlinkat")

# -y: descriptors with their paths. --seccomp-bpf: calls of other names cost nothing.
MODES_TRACER: Final = Tracer(
    (*DETACHED, "--seccomp-bpf", "-y", "-s", "4096", "-e", f"trace={','.join((*_CREATE, *_MOVE, *_REMOVE, 'umask'))}")
)

_PATH = re.compile(r'(?:<(?P<directory>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')
_MODE = re.compile(r"(?:, |mode=)0([0-7]*)\b")
_OPENED = re.compile(r"= \d+<(.*)>$")


def first_modes(trace: str, cwd: Path, there: Iterable[Path] = ()) -> dict[Path, int]:
    """Map each file that a trace shows being created, by its last name, to the mode it was created with.

    Relative names start from `cwd`; files in `there` existed before and are left out. The mode is what the
    process asked for, without the bits of its umask.
    """
    modes: dict[Path, int | None] = dict.fromkeys((_real(cwd, str(path)) for path in there), None)
    umasks: dict[str, int] = {}
    umask = USUAL_UMASK
    for pid, name, text in calls(trace):
        paths = [_real(cwd, plain(match["path"]), plain(match["directory"] or "")) for match in _PATH.finditer(text)]
        if name == "umask":
            umask = umasks[pid] = int(text.partition(")")[0], 8)
        elif name in _REMOVE:
            modes.pop(paths[0], None)
        elif name in _MOVE and len(paths) == 2:
            modes[paths[1]] = modes.get(paths[0]) if name.startswith("link") else modes.pop(paths[0], None)
        elif name in _CREATE:
            created = _created(name, text)
            if created is not None:
                path, mode = created
                modes.setdefault(_real(cwd, path), mode & ~umasks.get(pid, umask))
    return {path: mode for path, mode in modes.items() if mode is not None}


def _created(name: str, text: str) -> tuple[str, int] | None:
    """Return path and requested mode of the file that this call may have created; None where it creates none."""
    opened = _OPENED.search(text)
    mode = _MODE.search(TEXT.sub('""', text))
    if opened is None or mode is None or not (name == "creat" or "O_CREAT" in text):
        return None
    return plain(opened[1]), int(mode[1] or "0", 8)


def _real(cwd: Path, path: str, directory: str = "") -> Path:
    """Make a path absolute and follow the links in its directory, as the kernel does; the last name is kept."""
    whole = cwd / directory / path
    return Path(os.path.realpath(whole.parent)) / whole.name


# -A: several commands append to one log.
PROGRAMS_TRACER: Final = Tracer((*DETACHED, "-A", "--seccomp-bpf", "-s", "4096", "-e", "trace=execve,execveat"))


def started_programs(trace: str) -> Iterator[tuple[str, ...]]:
    """Yield each program that a trace shows being started: its path, then its arguments without `argv[0]`."""
    for _pid, _name, call in calls(trace):
        if (path := TEXT.search(call)) is not None:
            listed = call[path.end() :].partition("[")[2].rpartition("]")[0]
            _itself, *arguments = (plain(found[1:-1]) for found in TEXT.findall(listed))
            yield (plain(path[0][1:-1]), *arguments)
