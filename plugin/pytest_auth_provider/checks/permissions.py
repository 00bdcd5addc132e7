"""Which files others than their owner can get at, at the end of an action and from their first moment."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.strace import calls
from pytest_auth_provider.strace.tracer import SLOWDOWN, read_log

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client


OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The permission bits for anybody but the owner."""

_READ = stat.S_IRGRP | stat.S_IROTH
_ENTER = stat.S_IXGRP | stat.S_IXOTH


def others_reach(path: Path, root: Path) -> bool:
    """Return whether others can enter every directory between `root` and the file `path` in it.

    A directory that only its owner can enter protects whatever is below it. Only what the client has made counts, so
    `root` is its sandbox. False where a directory is gone.
    """
    between = path.parent.relative_to(root).parents
    directories = [path.parent, *(root / directory for directory in between)]
    try:
        return all(directory.stat().st_mode & _ENTER for directory in directories if directory != root)
    except OSError:
        return False


def others_can_read(path: Path, mode: int, root: Path) -> bool:
    """Return whether others can read a file with the permission bits `mode`, and reach it from `root`."""
    return bool(mode & _READ) and others_reach(path, root)


def login_with_first_modes(client: Client) -> Mapping[Path, int]:
    """Sign in as `client.login()` does; return the files this created, by their last names, with their first mode.

    The mode is read from system calls, so that a `chmod` afterwards does not hide it. Files that were there before are
    left out; without a usable `strace` there are none at all. Raises `LoginFailed`.
    """
    sandbox = client.sandbox
    log = sandbox.root / "login.strace"
    wrapper = calls.MODES_TRACER.wrapper(log)
    if not wrapper:
        client.login()
        return {}
    existing = [path for path, _status in sandbox.files()]
    client.under(*wrapper, slowdown=SLOWDOWN).login()
    return calls.first_modes(read_log(log), sandbox.cwd, existing)
