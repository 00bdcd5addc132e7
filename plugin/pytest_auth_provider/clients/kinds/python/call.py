"""One call of an entry point, from the arguments to the exit code."""

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

from pytest_auth_provider.clients.capture import Capture
from pytest_auth_provider.clients.kinds.python import world
from pytest_auth_provider.clients.kinds.python.entry import Entry
from pytest_auth_provider.clients.kinds.python.limit import TimeIsUpError, limited
from pytest_auth_provider.clients.kinds.python.streams import Streams
from pytest_auth_provider.clients.processes import described, kill_all, processes_marked
from pytest_auth_provider.clients.runner import Command, Ended
from pytest_auth_provider.clients.time.frozen import frozen
from pytest_auth_provider.clients.time.offset import offset_in


class Call:
    """An entry point that is called when it is waited for, in the thread that waits."""

    def __init__(self, entry: Entry, argv: Sequence[str], command: Command) -> None:
        self._entry = entry
        self._argv = argv
        self._command = command
        self._timed_out = False

    @property
    def pid(self) -> int:
        """This process."""
        return os.getpid()

    @property
    def running(self) -> bool:
        """Never, where anybody could ask."""
        return False

    def interrupt(self) -> None:
        """There is nobody to do it while it runs."""

    def kill(self) -> None:
        """As above."""

    def wait(self) -> Ended:
        """Make the call."""
        hear = self._command.on_output
        stdout, stderr = (Capture(on_chunk=partial(hear, name) if hear else None) for name in ("stdout", "stderr"))
        older = frozenset(psutil.pids())
        started = time.monotonic()
        with Streams(self._command.stdin, stdout, stderr):
            exit_code = self._call()
        seconds = time.monotonic() - started
        left = tuple(map(described, processes_marked(self._command.mark, older)))
        kill_all(lambda: processes_marked(self._command.mark, older))
        return Ended(
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
            stack.enter_context(world.state())
            stack.enter_context(world.environment(self._command.env))
            stack.enter_context(world.directory(self._command.cwd))
            stack.enter_context(world.arguments(self._argv))
            stack.enter_context(self._entry.imported_anew())
            stack.enter_context(frozen(offset_in(self._command.env)))
            try:
                with limited(self._command.timeout):
                    return self._exit_code()
            except TimeIsUpError:
                self._timed_out = True
                return 1

    def _exit_code(self) -> int:
        """The exit code the interpreter would end with."""
        try:
            returned = self._entry.call(self._argv[1:])
        except SystemExit as end:
            returned = end.code
        except TimeIsUpError:
            raise
        except BaseException as error:
            # As the interpreter would show it; our own frames are not the client's.
            traceback.print_exception(error.with_traceback(_below_ours(error)))
            return 130 if isinstance(error, KeyboardInterrupt) else 1
        if returned is None or isinstance(returned, int):
            return (returned or 0) & 0xFF
        print(returned, file=sys.stderr)  # noqa: T201 - what sys.exit does with anything else
        return 1


def _below_ours(error: BaseException) -> TracebackType | None:
    trace = error.__traceback__
    while (
        trace is not None and trace.tb_next is not None and "pytest_auth_provider" in trace.tb_frame.f_code.co_filename
    ):
        trace = trace.tb_next
    return trace
