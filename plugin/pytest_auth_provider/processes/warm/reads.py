"""Note what modules read and change while they are imported; loaded by `fork_server.py`, in the client's Python.

A process forked from one that has imported them is as good as one that imports them itself only where what they read is
still the same. What they change of the machine would not be done again.
"""

from __future__ import annotations

import os
import posix
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, SupportsIndex

LOOKS = frozenset(("os.listdir", "os.scandir"))
CHANGES = frozenset(
    f"os.{name}"
    for name in ("mkdir", "rename", "remove", "rmdir", "link", "symlink", "truncate", "utime", "chmod", "chown")
)
BEYOND = frozenset(
    (
        "subprocess.Popen",
        "os.system",
        "os.posix_spawn",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.chdir",
        "socket.bind",
        "socket.connect",
        "socket.sendto",
        "sqlite3.connect",
    )
)
"""Events (sys.addaudithook) of what reaches beyond the process, whatever it is done to."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARMLESS = ("/dev/", "/proc/self/")
_STATS = ("stat", "lstat", "access", "readlink")


class Arguments(list[str]):
    """The arguments of the program, which note that they were read."""

    def __init__(self, words: Sequence[str], note: Callable[[], None]) -> None:
        super().__init__(words)
        self._note = note

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        self._note()
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[str]:
        self._note()
        return super().__iter__()

    def __len__(self) -> int:
        self._note()
        return super().__len__()

    def __contains__(self, word: object) -> bool:
        self._note()
        return super().__contains__(word)


class _Function:
    """Stands for a function of C; as an attribute of a class it is no method, like those."""

    def __init__(self, real: Callable[..., Any], note: Callable[..., None]) -> None:
        self._real = real
        self._note = note
        self.__name__ = real.__name__

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self._note(*arguments)
        return self._real(*arguments, **named)


class Reads:
    """What is read and changed between `begin` and `end`, of files what lies in the `places` of a client.

    `variables` are read by name, `everything` means all of them, `arguments` and `directory` that these were asked for.
    `files` were opened, listed or looked for: the name of a place, and the path in it. `problem` is the first change,
    in words.
    """

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        self.variables: set[str] = set()
        self.everything = self.arguments = self.directory = False
        self.files: set[tuple[str, str]] = set()
        self.problem = ""
        self._places = tuple(places)
        self._on = False
        self._undo: list[Callable[[], None]] = []

    def begin(self, words: Sequence[str]) -> None:
        """Watch from now on; `words` become `sys.argv`."""
        self._watch_environment()
        for name in _STATS:
            self._stand_for(name, self._look)
        for name in ("getcwd", "getcwdb"):
            self._stand_for(name, self._ask_directory)
        sys.argv = Arguments(words, self._ask_arguments)
        sys.addaudithook(self._hear)
        self._on = True

    def end(self) -> None:
        """Watch no longer. Whoever holds a function that was watched goes on with it, and nothing is noted."""
        self._on = False
        for undo in self._undo:
            undo()

    def _watch_environment(self) -> None:
        kind: Any = type(os.environ)
        get, walk = kind.__getitem__, kind.__iter__

        def noting_get(environ: Any, name: Any) -> Any:
            if self._on:
                self.variables.add(os.fsdecode(name) if isinstance(name, (str, bytes)) else "")
            return get(environ, name)

        def noting_walk(environ: Any) -> Any:
            self.everything = self.everything or self._on
            return walk(environ)

        def undo() -> None:
            kind.__getitem__, kind.__iter__ = get, walk

        kind.__getitem__, kind.__iter__ = noting_get, noting_walk
        self._undo.append(undo)

    def _stand_for(self, name: str, note: Callable[..., None]) -> None:
        """Let a function of `os` note what it is asked; programs find it where they look for the real one."""
        real = getattr(os, name)
        ours = _Function(real, note)
        setattr(os, name, ours)
        for kind in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
            if real in kind:
                kind.add(ours)
        self._undo.append(lambda: setattr(os, name, real))

    def _ask_directory(self) -> None:
        self.directory = self.directory or self._on

    def _ask_arguments(self) -> None:
        self.arguments = self.arguments or self._on

    def _look(self, path: Any = ".", *_others: Any) -> None:
        if not self._on or isinstance(path, int):
            return
        whole = os.path.join(os.fsdecode(posix.getcwdb()), os.fsdecode(path))  # noqa: PTH118 - no pathlib here
        place = next((one for one in self._places if (whole + os.sep).startswith(one[1] + os.sep)), None)
        if place is not None:
            self.files.add((place[0], whole[len(place[1]) + 1 :]))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take an audit event: an exception in here would be the program's."""
        if not self._on:
            return
        first = arguments[0] if arguments else ""
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & _WRITES:
                self._look(first)
            else:
                self._change("writes", first)
        elif event in LOOKS:
            self._look("." if first is None else first)
        elif event in CHANGES:
            self._change(event, first)
        elif event in BEYOND and not self.problem:
            self.problem = f"there is a call of {event} while it is imported"

    def _change(self, what: str, path: Any) -> None:
        if isinstance(path, int) or self.problem:
            return
        text = os.fsdecode(path)
        if "__pycache__" not in text and not text.startswith(_HARMLESS):  # what Python compiles is kept for all
            self.problem = f"{what} {os.path.basename(text)} while it is imported"  # noqa: PTH119
