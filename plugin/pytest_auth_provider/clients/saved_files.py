"""Copies of files, to be put back later."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SavedFiles:
    """What some files held, and their permission bits."""

    contents: Mapping[Path, tuple[bytes, int]] = field(repr=False)

    @classmethod
    def of(cls, paths: Iterable[Path]) -> SavedFiles:
        """Copies of the files at `paths` as they are now."""
        return cls({path: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) for path in paths})

    def put_back(self) -> None:
        """Write every file as it was, each in one move: a client that reads meanwhile sees the old or the new one."""
        for path, (content, mode) in self.contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.put-back")
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.chmod(mode)
            draft.replace(path)
