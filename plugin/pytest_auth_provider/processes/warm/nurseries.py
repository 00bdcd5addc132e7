"""The nurseries of this process: which one a command can be forked from, and when a new one is worth its while."""

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
from pytest_auth_provider.processes.warm.nursery_process import CannotFork, NurseryProcess, Training, train
from pytest_auth_provider.processes.warm.program import NotPython, PythonProgram

MOST: Final = 8
"""Nurseries that are kept at a time: each one is a process with a whole program in its memory."""
PATIENCE: Final = 60.0
"""Seconds in which a program has to be imported."""

Trainer = Callable[[], Command]
"""Returns a command of the program that changes nothing."""


@dataclass
class Nursed:
    """What is known of a program: what its training showed, and why no command can be forked, if so.

    `inputs` is what its latest nursery read. `met` are those of commands that no nursery fitted: where they come again,
    a nursery is worth its while.
    """

    training: Training | None = None
    problem: str = ""
    inputs: Inputs | None = None
    met: set[tuple[object, ...]] = field(default_factory=set)


class Nurseries:
    """Start commands of Python programs from processes that have imported the program already, where that is the same.

    What cannot be started so starts as any other command does. Everything is kept until `close`.
    """

    def __init__(self) -> None:
        self._programs: dict[PythonProgram, Nursed] = {}
        self._recent: list[tuple[Nursed, NurseryProcess]] = []
        self._lock = threading.Lock()

    def spawner(self, trainer: Trainer, root: Path) -> Spawn:
        """Return a way to start commands of a client, whose files are below `root`."""
        return partial(self._spawn, trainer, root)

    def problems(self) -> list[str]:
        """Return for each program that could not be forked a sentence that says why."""
        with self._lock:
            known = [(program.target[1], nursed.problem) for program, nursed in self._programs.items()]
        return [f"Commands of {name} start cold: {problem}." for name, problem in known if problem]

    def close(self) -> None:
        """End every nursery, and forget what is known. What is started later begins anew."""
        with self._lock:
            for _nursed, nursery in self._recent:
                nursery.close()
            self._recent.clear()
            self._programs.clear()

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
        """Return the command, forked from a nursery that fits it; None where it has to start cold."""
        nursed = self._programs.setdefault(program, Nursed())
        if nursed.problem:
            return None
        try:
            if nursed.training is None:
                nursed.training = train(program, trainer(), root)
            nursery = self._fitting(nursed, start) or self._new(program, nursed, start)
        except CannotFork as reason:
            nursed.problem = str(reason)
            return None
        if nursery is None:
            return None
        try:
            return nursery.fork(start, stdin)
        except OSError:  # somebody killed it, or the command cannot be started at all, which a cold start will tell
            self._drop(nursery)
            return None

    def _fitting(self, nursed: Nursed, start: Start) -> NurseryProcess | None:
        """Return a nursery of the program whose imports read what this command would, as the latest that was used."""
        for entry in self._recent:
            owner, nursery = entry
            if owner is nursed and nursery.inputs.of(start) == nursery.state:
                self._recent.remove(entry)
                self._recent.append(entry)
                return nursery
        return None

    def _new(self, program: PythonProgram, nursed: Nursed, start: Start) -> NurseryProcess | None:
        """Return a new nursery for this command; None where none like it has been met before."""
        assert nursed.training is not None
        if nursed.inputs is not None:
            state = nursed.inputs.of(start)
            if state not in nursed.met:
                nursed.met.add(state)
                return None
        nursery = NurseryProcess(program, nursed.training, start, PATIENCE)
        nursed.inputs = nursery.inputs
        self._recent.append((nursed, nursery))
        if len(self._recent) > MOST:
            self._drop(self._recent[0][1])
        return nursery

    def _drop(self, nursery: NurseryProcess) -> None:
        self._recent = [entry for entry in self._recent if entry[1] is not nursery]
        nursery.close()


NURSERIES: Final = Nurseries()
"""The nurseries of this process."""
atexit.register(NURSERIES.close)
