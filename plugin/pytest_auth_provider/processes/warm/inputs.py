"""What the modules of a program read while they are imported, and whether it is the same for a command."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_auth_provider.processes.tree import MARKER

AT_START: Final = (
    "AUTH_PROVIDER_TIME",
    "DYLD_",
    "GLIBC_TUNABLES",
    "LANG",
    "LC_",
    "LD_",
    "MALLOC_",
    "OPENSSL_",
    "PYTHON",
    "SSL_CERT_",
    "TZ",
)
"""How the names of variables begin that Python, its clock or the C library read before any module does."""

_WAITS: Final = "AUTH_PROVIDER_WAITS"
"""Whether waits are skipped: whom a command tells of them, and its clock, are set in the fork (`fork_server`)."""
_SET_IN_FORKS: Final = (_WAITS, "AUTH_PROVIDER_TIME_OFFSET")
_CERTIFICATES: Final = "SSL_CERT_FILE"
_PLACES: Final = ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")
_DIRECTORY: Final = ""
"""The place that is the directory a command starts in."""


@dataclass(frozen=True)
class Start:
    """What a command starts with: its words, its whole environment and its directory."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path

    @property
    def places(self) -> list[tuple[str, str]]:
        """The directories in which a client keeps files, by name, and inner ones before those around them."""
        found = [(_DIRECTORY, str(self.cwd)), *((name, self.env[name]) for name in _PLACES if name in self.env)]
        return sorted(found, key=lambda place: -len(place[1]))


@dataclass(frozen=True)
class Inputs:
    """What was read: `variables`, `everything` of them, the `arguments`, the `directory`, and `files` of places."""

    variables: frozenset[str]
    everything: bool
    arguments: bool
    directory: bool
    files: tuple[tuple[str, str], ...]

    def of(self, start: Start) -> tuple[object, ...]:
        """Return all of it as this command would find it; two commands with the same could share what was imported."""
        env = start.env
        ours = (MARKER, *_SET_IN_FORKS) if _WAITS in env else (MARKER,)
        names = (name for name in env if self.everything or name in self.variables or name.startswith(AT_START))
        variables = tuple(sorted((name, env[name]) for name in names if name not in ours))
        places = dict(start.places)
        files = tuple(_state(Path(places.get(place, "/"), path)) for place, path in self.files)
        return (
            variables,
            _WAITS in env,
            start.argv if self.arguments else (),
            str(start.cwd) if self.directory else "",
            files,
            _state(Path(env[_CERTIFICATES])) if _CERTIFICATES in env else None,
        )


def _state(path: Path) -> tuple[object, ...] | None:
    """Return what can be read at a path: a folder's names, a file's bytes; None where there is nothing."""
    try:
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            return (status.st_mode, *sorted(os.listdir(path)))  # noqa: PTH208 - names alone
        if stat.S_ISLNK(status.st_mode):
            return status.st_mode, str(path.readlink()), _state(path.resolve())
        return status.st_mode, hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()
    except OSError:
        return None
