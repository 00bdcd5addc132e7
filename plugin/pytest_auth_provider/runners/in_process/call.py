"""One call of an entry point, from the arguments to the exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType, TracebackType

import psutil

from pytest_auth_provider.clock.offset import frozen, offset_in
from pytest_auth_provider.processes.runner import Command, Ended
from pytest_auth_provider.processes.terminal import Capture
from pytest_auth_provider.processes.tree import described, kill_all, processes_marked
from pytest_auth_provider.runners.in_process import isolation
from pytest_auth_provider.runners.in_process.entry_point import Entry
from pytest_auth_provider.runners.in_process.isolation import Streams

# FROM plugin/pytest_auth_provider/clients/kinds/python/limit.py: A time limit for code in this process.


class TimeIsUpError(BaseException):
    """Raised inside a call whose time is up. Not an `Exception`: programs catch those and go on."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUpError` in a block that takes longer, wherever it waits; again and again where it is caught.

    Outside of the main thread nothing can be interrupted, and there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeIsUpError

    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, interval)


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
            stack.enter_context(isolation.state())
            stack.enter_context(isolation.environment(self._command.env))
            stack.enter_context(isolation.directory(self._command.cwd))
            stack.enter_context(isolation.arguments(self._argv))
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
