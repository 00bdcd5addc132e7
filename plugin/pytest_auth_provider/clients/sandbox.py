"""The sandbox: a HOME and an environment for one client in one test, with nothing of the person who runs the tests."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil

from pytest_auth_provider.adapters.models import HomePlan
from pytest_auth_provider.outcome.files import (
    DEEPEST,
    LONGEST_PATH,
    FileState,
    Snapshot,
    file_state,
    regular_files,
    remove_deep_folders,
)
from pytest_auth_provider.processes.tree import MARKER, kill_all, marked_processes

INHERITED = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""The only variables that commands inherit from the environment of pytest."""

FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TERM": "dumb",
    "NO_COLOR": "1",
    "COLUMNS": "200",
    "PYTHONUNBUFFERED": "1",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "BROWSER": "true",
    "NO_PROXY": "127.0.0.1,localhost,::1",
    "no_proxy": "127.0.0.1,localhost,::1",
}
"""Variables every client gets: plain output in English, no keyring, no browser, no proxy on the loopback."""


_LONGEST_NAME = 80
"""Characters of a client's name that its folder has; paths of sockets are short (unix(7))."""


def folder_of(name: str) -> str:
    """Return the name of the folder of a client: its own, with `%2F` for what no folder is called, and not too long.

    Adapters may call a client anything: `..`, a path, a NUL. Two names never have the same folder.
    """
    quoted = quote(name, safe=" +,=@", errors="surrogatepass") or "%"
    if quoted.startswith("."):
        quoted = quoted.replace(".", "%2E")
    if len(quoted) > _LONGEST_NAME:
        quoted = f"{quoted[:_LONGEST_NAME]}%{hashlib.sha256(quoted.encode()).hexdigest()}"
    return quoted


class Sandbox:
    """A fresh directory tree below `root` with HOME, XDG directories, TMPDIR and a working directory.

    `home_from` is a prepared HOME to copy, `plan` says which of its paths. `variables` is the environment of every
    command in the sandbox and may be changed. `ca_file` is the file of the certificate authority that commands are told
    to trust. `bin` comes first on the PATH. `furnished` tells that the adapter's `[files]` were written. `overlooked`
    says what was too much to be looked at.

    Closing the sandbox first closes what was put on `closing`, then kills every process that carries one of its marks.
    The files stay, but for folders that are nested so deeply that pytest could not remove them.
    """

    def __init__(self, root: Path, home_from: Path | None = None, plan: HomePlan | None = None) -> None:
        self.id = secrets.token_hex(6)
        self.root = root
        self.home = root / "home"
        self.cwd = root / "cwd"
        self.tmp = root / "tmp"
        self.runtime = root / "run"
        self.bin = root / "bin"
        self.config = self.home / ".config"
        self.cache = self.home / ".cache"
        self.data = self.home / ".local" / "share"
        self.state = self.home / ".local" / "state"
        self.furnished = False
        self.ca_file: Path | None = None
        self.closing = ExitStack()
        self.overlooked: set[str] = set()
        self._commands = count(1)
        self._older = frozenset(psutil.pids())
        self._make(home_from, plan or HomePlan())
        self.variables = self._variables()
        self._untouched: dict[Path, FileState] = {}
        self._born_ns = self._now_ns()

    def _make(self, home_from: Path | None, plan: HomePlan) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        if home_from is not None:
            copy_home(home_from, self.home, plan)
        for directory in (self.home, self.cwd, self.tmp, self.bin, self.config, self.cache, self.data, self.state):
            directory.mkdir(parents=True, exist_ok=True)
        self.runtime.mkdir(mode=0o700)

    def _variables(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **FIXED,
            "PATH": os.pathsep.join([str(self.bin), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_DATA_HOME": str(self.data),
            "XDG_STATE_HOME": str(self.state),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "TMPDIR": str(self.tmp),
            "PWD": str(self.cwd),
        }

    def new_mark(self) -> str:
        """Return a value of the marker variable (`processes.tree.MARKER`) that no other command anywhere has."""
        return f"{self.id}/{next(self._commands)}"

    def environment(self, mark: str) -> dict[str, str]:
        """Return the whole environment of a command with this mark."""
        return {**self.variables, MARKER: mark}

    def files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield path and status of every regular file a client may have written in the sandbox."""
        for directory in self._places():
            yield from regular_files(directory, self.overlooked)

    def _places(self) -> tuple[Path, ...]:
        """Return the directories a client may write to."""
        return self.home, self.cwd, self.tmp, self.runtime

    def touched_files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield the files written since the sandbox was made: those of a prepared HOME do not count."""
        return ((path, status) for path, status in self.files() if status.st_ctime_ns >= self._born_ns)

    def age_files(self, seconds: float) -> None:
        """Make every file written since the sandbox was made `seconds` older; one that cannot be changed stays."""
        by = int(seconds * 1e9)
        for path, status in list(self.touched_files()):
            with contextlib.suppress(OSError):
                os.utime(path, ns=(status.st_atime_ns - by, status.st_mtime_ns - by), follow_symlinks=False)

    def snapshot(self) -> Snapshot:
        """Return the state of every file now. Files of a prepared HOME that nobody touched are read only once."""
        taken = {}
        for path, status in self.files():
            known = self._untouched.get(path)
            if known is None or known.ctime_ns != status.st_ctime_ns:
                known = file_state(path, status)
                if status.st_ctime_ns < self._born_ns:
                    self._untouched[path] = known
            taken[path] = known
        return taken

    def _now_ns(self) -> int:
        """Return the time as the file system tells it: the only clock that file times can be compared with."""
        born = self.root / ".born"
        born.touch()
        return born.stat().st_ctime_ns

    def close(self) -> None:
        """Close what was put on `closing`, then kill every process that a command left in the sandbox."""
        self.closing.close()
        kill_all(lambda: marked_processes(f"{self.id}/", self._older))
        for directory in self._places() if self.overlooked else ():
            with contextlib.suppress(OSError):
                remove_deep_folders(directory)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def copy_home(source: Path, target: Path, plan: HomePlan) -> None:
    """Copy a prepared HOME as its plan says. Not by hard links: a write in place would change every copy."""
    kept = [source / path for path in plan.keep]
    reset = {source / path for path in plan.reset}

    def left_out(directory: str, names: list[str]) -> set[str]:
        if len(Path(directory).relative_to(source).parts) >= DEEPEST or len(directory) > LONGEST_PATH:
            return {*names}
        paths = {name: Path(directory, name) for name in names}
        return {name for name, path in paths.items() if path in reset or not _wanted(path, kept) or _special(path)}

    shutil.copytree(source, target, symlinks=True, ignore=left_out)


def _wanted(path: Path, kept: list[Path]) -> bool:
    """Return whether `path` is to be copied: one to keep, below or above such a one; always where none is named."""
    return not kept or any(path.is_relative_to(one) or one.is_relative_to(path) for one in kept)


def _special(path: Path) -> bool:
    """Return whether a path is a socket, a pipe or a device, which cannot be copied."""
    mode = path.lstat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
