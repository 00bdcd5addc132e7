"""Copies of what was written in a sandbox, to be put back into another one at the same path."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.outcome.files import mode_bits

_OWNER_WRITES: Final = stat.S_IRWXU


@dataclass(frozen=True)
class WrittenFiles:
    """Everything that was written in a sandbox: contents, permission bits, times and links. Sockets and pipes are not.

    `files` maps each path to its copy below the directory `copies`, `directories` each new or changed directory to its
    status, `links` each link to its target. `removed` are files that were there before.
    """

    copies: Path
    files: Mapping[Path, Path]
    directories: Mapping[Path, os.stat_result]
    links: Mapping[Path, str]
    removed: tuple[Path, ...]

    @classmethod
    def of(cls, sandbox: Sandbox, before: Collection[Path], copies: Path) -> WrittenFiles:
        """Copy what was written since the sandbox was made; `before` are the files that were there at first.

        Raises `OSError` where something cannot be read.
        """
        copies.mkdir(parents=True)
        files = {path: copies / str(number) for number, (path, _status) in enumerate(sandbox.touched_files())}
        for path, copied in files.items():
            shutil.copy2(path, copied)
        directories = {}
        links = {}
        for path in _directories_and_links(sandbox):
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                links[path] = str(path.readlink())
            else:
                directories[path] = status
        there = {path for path, _status in sandbox.files()}
        return cls(copies, files, directories, links, tuple(path for path in before if path not in there))

    def put_back(self) -> None:
        """Write everything as it was. The sandbox is a fresh one at the path of the old one."""
        for path in self.removed:
            path.unlink(missing_ok=True)
        for directory in self.directories:  # from the top
            directory.mkdir(exist_ok=True)
            directory.chmod(_OWNER_WRITES)
        for path, target in self.links.items():
            if not path.is_symlink():
                path.symlink_to(target)
        for path, copied in self.files.items():
            shutil.copy2(copied, path)
        for directory, status in reversed([*self.directories.items()]):
            directory.chmod(stat.S_IMODE(status.st_mode))
            os.utime(directory, ns=(status.st_atime_ns, status.st_mtime_ns))

    def shape(self, root: Path) -> frozenset[tuple[str, int]]:
        """Return the path below `root` of each file, and its permission bits."""
        return frozenset((str(path.relative_to(root)), mode_bits(copied.stat())) for path, copied in self.files.items())


def _directories_and_links(sandbox: Sandbox) -> Iterator[Path]:
    """Yield every directory and every link in the sandbox, parents first."""
    for top in (sandbox.home, sandbox.cwd, sandbox.tmp, sandbox.runtime):
        for parent, directories, files in os.walk(top):
            yield Path(parent)
            yield from (path for name in (*directories, *files) if (path := Path(parent, name)).is_symlink())
