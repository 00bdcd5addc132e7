"""The mode that a file has in its first moment, which nobody sees afterwards: read from the system calls of a login.

For this the client runs under `strace`, where that is there and allowed (Linux; a container may forbid it).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.strace.tracer import TEXT, calls, plain, strace_with

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client


_CREATE = ("open", "openat", "openat2", "creat")
_MOVE = ("rename", "renameat", "renameat2", "link", "linkat")
_REMOVE = ("unlink", "unlinkat")
# -D: the client stays our own child, and what it leaves running is found as ever. -y: descriptors with their paths.
_OPTIONS = ("-D", "-f", "-qq", "-y", "-s", "4096", "-e", f"trace={','.join((*_CREATE, *_MOVE, *_REMOVE, 'umask'))}")

_USUAL_UMASK = 0o022
_PATH = re.compile(r'(?:<(?P<directory>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')
_MODE = re.compile(r"(?:, |mode=)0([0-7]*)\b")
_OPENED = re.compile(r"= \d+<(.*)>$")


def watched_login(client: Client) -> Mapping[Path, int]:
    """Sign in as `client.login()` does; the files this created, as they are called now, with their first mode.

    Files that were there before are not among them; without `strace` there are none at all. Raises `LoginFailed`.
    """
    program = strace()
    if program is None:
        client.login()
        return {}
    log = client.sandbox.root / "login.strace"
    there = [path for path, _status in client.sandbox.files()]
    client.under(program, *_OPTIONS, "-o", str(log)).login()
    return first_modes(log.read_text(encoding="utf-8", errors="replace"), client.sandbox.cwd, there)


def strace() -> str | None:
    """The program, or None where it is not installed or may not look into other processes."""
    return strace_with(*_OPTIONS)


def first_modes(trace: str, cwd: Path, there: Iterable[Path] = ()) -> dict[Path, int]:
    """From what `strace` wrote: each file that was created, under its last name -> the mode it was created with.

    `cwd` is where relative names start, `there` are files that existed before. Umasks are honoured.
    """
    modes: dict[Path, int | None] = dict.fromkeys((_real(cwd, str(path)) for path in there), None)
    umasks: dict[str, int] = {}
    umask = _USUAL_UMASK
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
    """The path and mode of a file that an opening call may have created."""
    opened = _OPENED.search(text)
    mode = _MODE.search(TEXT.sub('""', text))
    if opened is None or mode is None or not (name == "creat" or "O_CREAT" in text):
        return None
    return plain(opened[1]), int(mode[1] or "0", 8)


def _real(cwd: Path, path: str, directory: str = "") -> Path:
    """A path as the kernel spells it: absolute, the links on the way to it followed."""
    whole = cwd / directory / path
    return Path(os.path.realpath(whole.parent)) / whole.name
