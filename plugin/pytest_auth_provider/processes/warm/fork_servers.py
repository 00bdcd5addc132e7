"""The fork servers of this process: which one a command can be forked from, and when a new one is worth its while."""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.processes.spawn import Spawn, Spawned, Stream, spawn
from pytest_auth_provider.processes.warm.inputs import Inputs, Start
from pytest_auth_provider.processes.warm.program import NotPython, PythonProgram
from pytest_auth_provider.processes.warm.server_process import CannotFork, ServerProcess, Training, train

MOST: Final = 8
"""ForkServers that are kept at a time: each one is a process with a whole program in its memory."""
PATIENCE: Final = 60.0
"""Seconds in which a program has to be imported."""

Trainer = Callable[[], Command]
"""Returns a command of the program that changes nothing."""


@dataclass
class Known:
    """What is known of a program: what its training showed, and why no command can be forked, if so.

    `inputs` is what its latest fork server read. `met` are those of commands that no fork server fitted: where they
    come again, a fork server is worth its while.
    """

    training: Training | None = None
    problem: str = ""
    inputs: Inputs | None = None
    met: set[tuple[object, ...]] = field(default_factory=set)


class ForkServers:
    """Start commands of Python programs from processes that have imported the program already, where that is the same.

    What cannot be started so starts as any other command does. Everything is kept until `close`.
    """

    def __init__(self) -> None:
        self._programs: dict[PythonProgram, Known] = {}
        self._recent: list[tuple[Known, ServerProcess]] = []
        self._elsewhere: list[str] = []
        self._lock = threading.Lock()

    def spawner(self, trainer: Trainer, root: Path) -> Spawn:
        """Return a way to start commands of a client, whose files are below `root`."""
        return partial(self._spawn, trainer, root)

    def problems(self) -> list[str]:
        """Return for each program that could not be forked a sentence that says why."""
        with self._lock:
            problems = [(program.target[1], known.problem) for program, known in self._programs.items()]
        own = [f"Commands of {name} start cold: {problem}." for name, problem in problems if problem]
        return list(dict.fromkeys([*own, *self._elsewhere]))

    def hear(self, problems: Sequence[str]) -> None:
        """Take in the `problems` of another process of this run."""
        self._elsewhere += problems

    def end(self) -> None:
        """End every fork server. What programs import stays known: a process that is forked from this one needs it."""
        with self._lock:
            for _known, server in self._recent:
                server.close()
            self._recent.clear()
            for known in self._programs.values():
                known.inputs = None
                known.met.clear()

    def close(self) -> None:
        """End every fork server, and forget what is known. What is started later begins anew."""
        self.end()
        with self._lock:
            self._programs.clear()
            self._elsewhere.clear()

    def _spawn(
        self,
        trainer: Trainer,
        root: Path,
        argv: Sequence[str],
        /,
        *,
        program: str,
        env: Mapping[str, str],
        cwd: Path,
        stdin: Stream,
    ) -> Spawned:
        start = Start(tuple(argv), env, cwd)
        forked: Spawned | None = None
        with contextlib.suppress(NotPython), self._lock:
            forked = self._forked(PythonProgram.of(start.argv, env), trainer, root, start, stdin)
        return forked or spawn(argv, program=program, env=env, cwd=cwd, stdin=stdin)

    def _forked(
        self, program: PythonProgram, trainer: Trainer, root: Path, start: Start, stdin: Stream
    ) -> Spawned | None:
        """Return the command, forked from a fork server that fits it; None where it has to start cold."""
        known = self._programs.setdefault(program, Known())
        if known.problem:
            return None
        try:
            if known.training is None:
                known.training = train(program, trainer(), root)
            server = self._fitting(known, start) or self._new(program, known, start)
        except CannotFork as reason:
            known.problem = str(reason)
            return None
        if server is None:
            return None
        try:
            return server.fork(start, stdin)
        except OSError:  # somebody killed it, or the command cannot be started at all, which a cold start will tell
            self._drop(server)
            return None

    def _fitting(self, known: Known, start: Start) -> ServerProcess | None:
        """Return a fork server of the program whose imports read what this command would; it is the latest then."""
        for entry in self._recent:
            owner, server = entry
            if owner is known and server.inputs.of(start) == server.state:
                self._recent.remove(entry)
                self._recent.append(entry)
                return server
        return None

    def _new(self, program: PythonProgram, known: Known, start: Start) -> ServerProcess | None:
        """Return a new fork server for this command; None where none like it has been met before."""
        assert known.training is not None
        if known.inputs is not None:
            state = known.inputs.of(start)
            if state not in known.met:
                known.met.add(state)
                return None
        server = ServerProcess(program, known.training, start, PATIENCE)
        known.inputs = server.inputs
        self._recent.append((known, server))
        if len(self._recent) > MOST:
            self._drop(self._recent[0][1])
        return server

    def _drop(self, server: ServerProcess) -> None:
        self._recent = [entry for entry in self._recent if entry[1] is not server]
        server.close()


FORK_SERVERS: Final = ForkServers()
"""The fork servers of this process."""
atexit.register(FORK_SERVERS.close)
