"""Kill a command in the middle of saving a file: strace sends it SIGKILL at its first write, before that is done."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pytest_auth_provider.strace.tracer import DETACHED, Tracer

_WRITES: Final = "write,pwrite64,writev,pwritev"
_MOVES: Final = "rename,renameat,renameat2"
_KILL: Final = f"inject={_WRITES},{_MOVES}:signal=SIGKILL:when=1"

TRACER: Final = Tracer((*DETACHED, "-qqq", "-e", f"trace={_WRITES},{_MOVES}", "-e", _KILL))


def kill_on_write(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return what goes before a command so that it dies at its first write to one of `paths`.

    Moving another file in the place of one of them counts as a write. The write is never done: a command that emptied
    the file first leaves it empty. Nothing is returned where strace cannot run.
    """
    wrapper = TRACER.wrapper(Path(os.devnull))
    aimed = (word for path in paths for word in ("-P", str(path)))
    return (*wrapper, *aimed) if wrapper else ()
