"""Run one command: a real process in a session of its own, watched until it and all it started are gone."""

from __future__ import annotations

import math
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import psutil

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes.capture import Capture
from pytest_auth_provider.processes.spawn import Spawn, Spawned, signal_group, spawn, stdin_file
from pytest_auth_provider.processes.terminal import Terminal
from pytest_auth_provider.processes.tree import MARKER, PATIENCE, describe_process, kill_all, living, marked_processes

LINGER = 0.5
"""Seconds that processes left behind have to end by themselves: a browser shim in the background is no daemon."""

_CHUNK = 65536
_LAST_READS = 64  # more than the largest pipe holds


OnOutput = Callable[[str, bytes], None]
"""Called with `"stdout"` or `"stderr"` and each chunk as it arrives, on the thread that reads the output."""


class Waits(Protocol):
    """What skips the waits of a command (`clock.waits`): told of them, and asked from time to time."""

    @property
    def skipped(self) -> float:
        """How many seconds of waits were skipped so far."""

    @property
    def pause(self) -> float:
        """In how many seconds to call `look`; infinite where nobody waits."""

    def fileno(self) -> int:
        """Return the descriptor of the socket that tells of waits."""

    def add(self, message: bytes) -> None:
        """Take in a message of the socket."""

    def look(self, left: float, processes: Callable[[], Sequence[int]], at_rest: Callable[[], bool]) -> None:
        """Skip at most `left` seconds, if nothing goes on in these processes, and nothing came that was not seen."""

    def close(self) -> None:
        """Skip no more."""


@dataclass(frozen=True)
class Command:
    """One command to run. `stdin` None means an empty standard input; `timeout` is in seconds.

    `env` is the whole environment and contains the marker variable (`tree.MARKER`). With `terminal` the command runs in
    a terminal: what it prints there counts as stdout, `stdin` is typed, and None means that nothing is typed; else
    `spawn` starts it. With `waits`, the command is carried over its waits while somebody waits for its end; they are
    closed with it.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path
    timeout: float
    stdin: str | None = None
    terminal: bool = False
    on_output: OnOutput | None = field(default=None, repr=False, compare=False)
    spawn: Spawn = field(default=spawn, repr=False, compare=False)
    waits: Waits | None = field(default=None, repr=False, compare=False)

    @property
    def mark(self) -> str:
        """The value of the marker variable, which identifies the processes this command started."""
        return self.env[MARKER]


@dataclass(frozen=True)
class CommandResult:
    """How a command ended and what it printed.

    `exit_code` is the negative signal number when a signal ended it. `seconds` is its duration, `skipped` how many of
    them were waits that were skipped. `sent` are the signals that we sent it. `leftovers` describe the processes that
    still ran after it exited and were killed. `truncated` is true when it printed more than we keep.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    sent: frozenset[int]
    leftovers: tuple[str, ...]
    truncated: bool
    skipped: float = 0.0

    def after(self, earlier: CommandResult | None) -> CommandResult:
        """Return this result with the output, duration and leftovers of an earlier step's result put before its own."""
        if earlier is None:
            return self
        return replace(
            self,
            stdout=earlier.stdout + self.stdout,
            stderr=earlier.stderr + self.stderr,
            seconds=earlier.seconds + self.seconds,
            leftovers=earlier.leftovers + self.leftovers,
            truncated=earlier.truncated or self.truncated,
            skipped=earlier.skipped + self.skipped,
        )


class ChildProcess:
    """A running command. A thread reads its output and enforces its time limit, whether or not anybody waits."""

    def __init__(self, command: Command) -> None:
        """Start the command. Raises `ClientError` when the system cannot."""
        self._command = command
        self._older = frozenset(psutil.pids())
        self._sent: set[int] = set()
        self._timed_out = self._awaited = False
        self._leftovers: tuple[str, ...] = ()
        self._captures = tuple(_capture(command, stream) for stream in ("stdout", "stderr"))
        self._terminal = Terminal() if command.terminal else None
        self._process = (
            _spawn_in_terminal(command, self._terminal) if self._terminal is not None else _spawn_with_pipes(command)
        )
        self._started = time.monotonic()
        self._exited = self._started
        self._exit_read, self._exit_write = os.pipe()
        threading.Thread(target=self._reap, name="client-reaper", daemon=True).start()
        self._watcher = threading.Thread(target=self._watch, name="client-watcher", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group and its session."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the command, or something it started, is still being watched."""
        return self._watcher.is_alive()

    def interrupt(self) -> None:
        """Send SIGINT to the command and its group, as Ctrl-C in a terminal does."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Send SIGKILL to the command and its group: a power cut, nothing is cleaned up."""
        self._signal(signal.SIGKILL)

    def wait(self) -> CommandResult:
        """Wait until the command has ended or run into its time limit, and everything it started is gone."""
        self._awaited = True  # until then, whoever started it may have more in mind
        self._watcher.join()
        stdout, stderr = self._captures
        return CommandResult(
            exit_code=-signal.SIGKILL if self._process.returncode is None else self._process.returncode,
            stdout=stdout.text(),
            stderr=stderr.text(),
            seconds=self._exited - self._started + self._skipped,
            timed_out=self._timed_out,
            sent=frozenset(self._sent),
            leftovers=self._leftovers,
            truncated=stdout.truncated or stderr.truncated,
            skipped=self._skipped,
        )

    @property
    def _skipped(self) -> float:
        return self._command.waits.skipped if self._command.waits else 0.0

    def _signal(self, number: signal.Signals) -> None:
        # An exited leader keeps its id while it is unreaped or has children; after that there is nobody to signal.
        if self._process.returncode is None:
            self._sent.add(number)
            signal_group(self.pid, number)

    def _reap(self) -> None:
        """Wait for the process on a thread of its own, so that its end is noticed at once."""
        self._process.wait()
        self._exited = time.monotonic()
        os.close(self._exit_write)

    def _watch(self) -> None:
        with selectors.DefaultSelector() as selector:
            for descriptor, capture in zip(self._outputs(), self._captures, strict=False):
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ, capture)
            selector.register(self._exit_read, selectors.EVENT_READ)
            if self._command.waits is not None:
                selector.register(self._command.waits, selectors.EVENT_READ, self._command.waits)
            self._read_until_exit(selector)
            self._end_leftovers(selector)
            if self._terminal is not None:
                self._terminal.hang_up()
            for _read in range(_LAST_READS):
                if not _read_once(selector, 0):
                    break
        self._close()
        if self._process.returncode is not None:
            self._process.let_go()

    def _close(self) -> None:
        """Close what it was watched by."""
        os.close(self._exit_read)
        if self._command.waits is not None:
            self._command.waits.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if self._terminal is not None:
            self._terminal.close()

    def _outputs(self) -> list[int]:
        """Return the descriptors its output is read from, standard output first."""
        pipes = [pipe.fileno() for pipe in (self._process.stdout, self._process.stderr) if pipe is not None]
        return [self._terminal.ours] if self._terminal is not None else pipes

    def _read_until_exit(self, selector: selectors.BaseSelector) -> None:
        deadline = self._started + self._command.timeout
        while self._exit_read in selector.get_map():
            left = deadline - time.monotonic() - self._skipped
            if left > 0:
                self._read_or_skip(selector, left)
            elif not self._timed_out:
                self._timed_out = True
                self._signal(signal.SIGKILL)
                kill_all(self._descendants)
                deadline = time.monotonic() + self._skipped + PATIENCE
            else:
                return

    def _read_or_skip(self, selector: selectors.BaseSelector, left: float) -> None:
        """Read what comes, waiting at most `left` seconds; or have them skipped where the command waits as well."""
        waits = self._command.waits
        pause = waits.pause if waits else math.inf
        if not _read_once(selector, min(left, pause)) and waits and pause < left and self._awaited:
            waits.look(left, self._below, lambda: not _read_once(selector, 0))

    def _below(self) -> list[int]:
        """Return the process ids of what it started and is alive, its own included."""
        return [process.pid for process in living(self._process.descendants())]

    def _end_leftovers(self, selector: selectors.BaseSelector) -> None:
        """Give the processes left behind `LINGER` seconds to end, reading their output meanwhile, then kill them."""
        deadline = time.monotonic() + LINGER
        left = self._descendants()
        while left and time.monotonic() < deadline:
            _read_once(selector, 0.01)
            left = self._descendants()
        self._leftovers = tuple(describe_process(process) for process in left)
        if left:
            kill_all(self._descendants)

    def _descendants(self) -> list[psutil.Process]:
        """Return what it started and is alive: by who is below it, and by mark and session should that be lost."""
        below = living(self._process.descendants())
        return list(dict.fromkeys([*below, *marked_processes(self._command.mark, self._older, session=self.pid)]))


def _capture(command: Command, stream: str) -> Capture:
    return Capture(on_chunk=partial(command.on_output, stream) if command.on_output else None)


def _spawn_with_pipes(command: Command) -> Spawned:
    with stdin_file(command.stdin) as stdin:
        return command.spawn(command.argv, program=command.argv[0], env=command.env, cwd=command.cwd, stdin=stdin)


def _spawn_in_terminal(command: Command, terminal: Terminal) -> Spawned:
    """Start the command in `terminal`, which is closed when that fails."""
    try:
        if command.stdin:
            terminal.type(command.stdin)
        argv, nothing = terminal.attach(command.argv), subprocess.DEVNULL
        return spawn(argv, program=command.argv[0], env=command.env, cwd=command.cwd, stdin=nothing, output=nothing)
    except ClientError:
        terminal.close()
        raise


def _read_once(selector: selectors.BaseSelector, timeout: float) -> bool:
    """Read once from every stream that has data, waiting at most `timeout` seconds; return whether any had.

    A stream at its end is unregistered.
    """
    ready = selector.select(timeout)
    for key, _events in ready:
        try:
            chunk = os.read(key.fd, _CHUNK)
        except OSError:  # EIO: how the end of a terminal is reported
            chunk = b""
        if chunk:
            key.data.add(chunk)
        else:
            selector.unregister(key.fd)
    return bool(ready)
