"""Run the steps of a Python client by calling its entry point in this process."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from types import TracebackType

import psutil

from pytest_auth_provider.adapters.entry_point import EntryPoint
from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.clock.strategies import offset_in, shifted_time
from pytest_auth_provider.processes.capture import Capture
from pytest_auth_provider.processes.runner import ChildProcess, Command, CommandResult
from pytest_auth_provider.processes.tree import describe_process, kill_all, marked_processes
from pytest_auth_provider.runners.in_process import isolation
from pytest_auth_provider.runners.in_process.isolation import StandardStreams, TimeLimitExceededError
from pytest_auth_provider.runners.runner import Execution


class PythonRunner:
    """Call the adapter's entry point in this process; a step in the background is a process, since we have only one."""

    def __init__(self, adapter: Adapter) -> None:
        self._entry = EntryPoint.parse(adapter.entry, adapter.fresh)
        self._leading = len(adapter.command)

    def start(self, step: Step, command: Command, watched: Command, *, background: bool) -> Execution:  # noqa: ARG002 - other runners need the step
        """Prepare the call, which `wait` makes; with `background`, start a process of the same program."""
        if background:
            return ChildProcess(watched)
        return EntryPointCall(self._entry, (self._entry.package, *command.argv[self._leading :]), watched)

    def restart(self) -> None:
        """Do nothing: modules of the `fresh` packages are dropped after every call, and others are meant to stay."""


class EntryPointCall:
    """A call of an entry point, made by `wait` in the thread that waits."""

    def __init__(self, entry: EntryPoint, argv: Sequence[str], command: Command) -> None:
        self._entry = entry
        self._argv = argv
        self._command = command
        self._timed_out = False

    @property
    def pid(self) -> int:
        """The id of this process."""
        return os.getpid()

    @property
    def running(self) -> bool:
        """Always false: nobody can ask while the call is being made."""
        return False

    def interrupt(self) -> None:
        """Do nothing: the call is over whenever this can be called."""

    def kill(self) -> None:
        """Do nothing, as `interrupt`."""

    def wait(self) -> CommandResult:
        """Make the call, and kill the processes that it leaves behind."""
        on_output = self._command.on_output
        stdout, stderr = (
            Capture(on_chunk=partial(on_output, name) if on_output else None) for name in ("stdout", "stderr")
        )
        older = frozenset(psutil.pids())
        started = time.monotonic()
        with StandardStreams(self._command.stdin, stdout, stderr):
            exit_code = self._call()
        seconds = time.monotonic() - started
        left = tuple(map(describe_process, marked_processes(self._command.mark, older)))
        kill_all(lambda: marked_processes(self._command.mark, older))
        return CommandResult(
            exit_code=exit_code,
            stdout=stdout.text(),
            stderr=stderr.text(),
            seconds=seconds,
            timed_out=self._timed_out,
            sent=frozenset(),
            leftovers=left,
            truncated=stdout.truncated or stderr.truncated,
        )

    def _call(self) -> int:
        with ExitStack() as stack:
            stack.enter_context(isolation.interpreter_state())
            stack.enter_context(isolation.environment(self._command.env))
            stack.enter_context(isolation.directory(self._command.cwd))
            stack.enter_context(isolation.arguments(self._argv))
            stack.enter_context(isolation.fresh_modules(self._entry.fresh))
            stack.enter_context(shifted_time(offset_in(self._command.env)))
            try:
                with isolation.time_limit(self._command.timeout):
                    return self._exit_code()
            except TimeLimitExceededError:
                self._timed_out = True
                return 1

    def _exit_code(self) -> int:
        """Call the entry point and return the exit code that the interpreter would end with."""
        try:
            returned = self._entry.call(self._argv[1:])
        except SystemExit as end:
            returned = end.code
        except TimeLimitExceededError:
            raise
        except BaseException as error:
            traceback.print_exception(error.with_traceback(_without_our_frames(error)))
            return 130 if isinstance(error, KeyboardInterrupt) else 1
        if returned is None or isinstance(returned, int):
            return (returned or 0) & 0xFF
        print(returned, file=sys.stderr)  # noqa: T201 - what sys.exit does with anything else
        return 1


def _without_our_frames(error: BaseException) -> TracebackType | None:
    """Return the traceback from the client's first frame on, as its own interpreter would show it."""
    trace = error.__traceback__
    while (
        trace is not None and trace.tb_next is not None and "pytest_auth_provider" in trace.tb_frame.f_code.co_filename
    ):
        trace = trace.tb_next
    return trace
