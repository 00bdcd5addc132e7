"""Running one command: a real process in a session of its own, watched until it and all it started are gone."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO

import psutil

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.terminal import Capture, Terminal
from pytest_auth_provider.processes.tree import MARKER, PATIENCE, described, kill_all, processes_marked

LINGER = 0.5
"""Seconds that processes left behind have to end by themselves: a browser shim in the background is no daemon."""

_CHUNK = 65536
_LAST_READS = 64  # more than the largest pipe holds


OnOutput = Callable[[str, bytes], None]
"""Told each piece of `stdout` or `stderr` as it comes, on a thread of ours."""


@dataclass(frozen=True)
class Command:
    """One command to run. `stdin` None means an empty standard input; `timeout` is in seconds.

    `env` is the whole environment and holds the mark that finds the command's descendants. With `terminal` it runs in a
    terminal: all it prints there is its stdout, `stdin` is typed, and None means that nobody types anything.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    timeout: float
    stdin: str | None = None
    terminal: bool = False
    on_output: OnOutput | None = field(default=None, repr=False, compare=False)

    @property
    def mark(self) -> str:
        """What finds its descendants."""
        return self.env[MARKER]


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    `exit_code` is negative for a signal. `sent` are the signals that came from us. `leftovers` are the processes that
    were still there after it exited; they were killed. `truncated` says that it printed more than we keep.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    sent: frozenset[int]
    leftovers: tuple[str, ...]
    truncated: bool

    def after(self, earlier: Ended | None) -> Ended:
        """This end, with what an earlier command of the same action, if any, printed and took in front of it."""
        if earlier is None:
            return self
        return replace(
            self,
            stdout=earlier.stdout + self.stdout,
            stderr=earlier.stderr + self.stderr,
            seconds=earlier.seconds + self.seconds,
            leftovers=earlier.leftovers + self.leftovers,
            truncated=earlier.truncated or self.truncated,
        )


class Child:
    """A command that runs. A thread reads its output and keeps its time limit, whoever waits or does not."""

    def __init__(self, command: Command) -> None:
        """Start it. Raises `ClientError` when the system can not."""
        self._command = command
        self._older = frozenset(psutil.pids())
        self._sent: set[int] = set()
        self._timed_out = False
        self._leftovers: tuple[str, ...] = ()
        self._captures = tuple(_capture(command, stream) for stream in ("stdout", "stderr"))
        self._started = time.monotonic()
        self._terminal = Terminal() if command.terminal else None
        self._process = _start(command, self._terminal)
        self._exited = self._started
        self._exit_read, self._exit_write = os.pipe()
        threading.Thread(target=self._reap, name="client-reaper", daemon=True).start()
        self._watcher = threading.Thread(target=self._watch, name="client-watcher", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The id of the process, and of its group and session."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Is the command, or something it started, still being watched?"""
        return self._watcher.is_alive()

    def interrupt(self) -> None:
        """Send SIGINT to the command and its group, as Ctrl-C in a terminal does."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the command and its group: a power cut, nothing is cleaned up."""
        self._signal(signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait until the command has ended, at the latest when its time is up, and all it started is gone."""
        self._watcher.join()
        stdout, stderr = self._captures
        return Ended(
            exit_code=self._process.returncode,
            stdout=stdout.text(),
            stderr=stderr.text(),
            seconds=self._exited - self._started,
            timed_out=self._timed_out,
            sent=frozenset(self._sent),
            leftovers=self._leftovers,
            truncated=stdout.truncated or stderr.truncated,
        )

    def _signal(self, number: signal.Signals) -> None:
        # An exited leader keeps its id while it is unreaped or has children; after that there is nobody to signal.
        if self._process.returncode is None:
            self._sent.add(number)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _reap(self) -> None:
        """Wait for the process where nothing else waits, so that its end is noticed at once."""
        self._process.wait()
        self._exited = time.monotonic()
        os.close(self._exit_write)

    def _watch(self) -> None:
        with selectors.DefaultSelector() as selector:
            for descriptor, capture in zip(self._outputs(), self._captures, strict=False):
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ, capture)
            selector.register(self._exit_read, selectors.EVENT_READ)
            self._read_until_exit(selector)
            self._end_leftovers(selector)
            if self._terminal is not None:
                self._terminal.hang_up()
            for _read in range(_LAST_READS):
                if not _read_once(selector, 0):
                    break
        os.close(self._exit_read)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if self._terminal is not None:
            self._terminal.close()

    def _outputs(self) -> list[int]:
        """Where its output is read, standard output first."""
        pipes = [pipe.fileno() for pipe in (self._process.stdout, self._process.stderr) if pipe is not None]
        return [self._terminal.ours] if self._terminal is not None else pipes

    def _read_until_exit(self, selector: selectors.BaseSelector) -> None:
        deadline = self._started + self._command.timeout
        while self._exit_read in selector.get_map():
            left = deadline - time.monotonic()
            if left > 0:
                _read_once(selector, left)
            elif not self._timed_out:
                self._timed_out = True
                self._signal(signal.SIGKILL)
                kill_all(self._descendants)
                deadline = time.monotonic() + PATIENCE
            else:
                return

    def _end_leftovers(self, selector: selectors.BaseSelector) -> None:
        """Give what is left a moment to end by itself, its output still read, then end it."""
        deadline = time.monotonic() + LINGER
        left = self._descendants()
        while left and time.monotonic() < deadline:
            _read_once(selector, 0.01)
            left = self._descendants()
        self._leftovers = tuple(described(process) for process in left)
        kill_all(self._descendants)

    def _descendants(self) -> list[psutil.Process]:
        return processes_marked(self._command.mark, self._older, session=self.pid)


def _capture(command: Command, stream: str) -> Capture:
    return Capture(on_chunk=partial(command.on_output, stream) if command.on_output else None)


def _start(command: Command, terminal: Terminal | None) -> subprocess.Popen[bytes]:
    try:
        return _started(command, terminal)
    except (OSError, ClientError) as problem:
        if terminal is not None:
            terminal.close()
        if isinstance(problem, ClientError):
            raise
        raise ClientError(f"{command.argv[0]} could not be started: {problem.strerror}") from None


def _started(command: Command, terminal: Terminal | None) -> subprocess.Popen[bytes]:
    if terminal is not None and command.stdin:
        terminal.type(command.stdin)
    output = subprocess.DEVNULL if terminal else subprocess.PIPE
    with _standard_input(None if terminal else command.stdin) as stdin, _interruptible():
        return subprocess.Popen(
            terminal.attached(command.argv) if terminal else command.argv,
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd=command.cwd,
            env=dict(command.env),
            start_new_session=True,
            umask=0o022,  # the usual one: a file that only its owner can read is the client's own doing
        )


@contextlib.contextmanager
def _standard_input(text: str | None) -> Iterator[IO[bytes] | int]:
    """A file, not a pipe: a client that never reads it blocks nobody."""
    if text is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let children receive SIGINT even where this process ignores it, as under nohup and in the background of a shell.

    An ignored signal stays ignored across exec, so the client would never notice Ctrl-C. Only the main thread may
    change that.
    """
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if not ignored or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_once(selector: selectors.BaseSelector, timeout: float) -> bool:
    """Read what is there from every stream, waiting for it at most `timeout` seconds; was there anything?

    A stream at its end is let go.
    """
    ready = selector.select(timeout)
    for key, _events in ready:
        try:
            chunk = os.read(key.fd, _CHUNK)
        except OSError:  # EIO: how a terminal ends
            chunk = b""
        if chunk:
            key.data.add(chunk)
        else:
            selector.unregister(key.fd)
    return bool(ready)
