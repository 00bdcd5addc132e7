"""The runner of programs that start warm: every step is a process of its own, forked where a fork is as good."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.placeholders import fill
from pytest_auth_provider.clock.strategies import OFFSET, harmless_step
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS
from pytest_auth_provider.processes.warm.program import NotPython, PythonProgram
from pytest_auth_provider.runners.runner import Execution, ProcessRunner


class WarmRunner(ProcessRunner):
    """Run each step as a process that is forked from one that has imported the program, or else cold.

    A step that something else runs (`strace`) starts cold.
    """

    def __init__(self, commands: CommandBuilder) -> None:
        self._commands = commands

    def start(self, step: Step, command: Command, watched: Command, *, background: bool) -> Execution:
        """Start the watched command."""
        if watched.argv == command.argv and harmless_step(self._commands.adapter) is not None:
            watched = replace(watched, spawn=FORK_SERVERS.spawner(self._training, self._commands.sandbox.root))
        return super().start(step, command, watched, background=background)

    def _training(self) -> Command:
        """Return the command that shows what the program imports: the one that prints the version, or help."""
        step = harmless_step(self._commands.adapter)
        assert step is not None
        command = self._commands.build(step)
        # Whose clock is moved asks the clock by another way, and is not seen to.
        return replace(command, env={name: value for name, value in command.env.items() if name != OFFSET})


def why_not_warm(adapter: Adapter) -> str:
    """Return a sentence on why commands that should start warm do not; empty where they do or nobody asked."""
    if adapter.start != "warm":
        return ""
    how = "" if sys.platform.startswith("linux") else "that works on Linux alone"
    try:
        if not how and all(word == "{python}" or "{" not in word for word in adapter.command):
            program, *rest = (fill(word, lambda _name: sys.executable) for word in adapter.command)
            PythonProgram.of((find_program(adapter, program), *rest), os.environ)
    except NotPython as reason:
        how = f"only a Python program can, and {reason}"
    return f"Commands of {adapter.name} do not start warm: {how}." if how else ""
