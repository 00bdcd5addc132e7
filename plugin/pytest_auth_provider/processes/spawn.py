"""Start a process in a session of its own, signal its group, and find what it left running.

On Linux it runs below a process of ours that adopts its orphans (`processes.reaper`), and that kills all of them when
this process dies. Elsewhere it is our own child, and orphans are found by their marks alone (`processes.tree`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Protocol

import psutil

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.processes import reaper
from pytest_auth_provider.processes.kept import PATIENCE, Kept, children_of

Stream = IO[bytes] | int

USUAL_UMASK = 0o022
"""The umask of every client: a file that only its owner can read is then the client's own doing."""

_ADOPTS: Final = sys.platform.startswith("linux")
_INHERITED: Final = ("LD_LIBRARY_PATH",)
"""Variables of ours without which our own Python may not start."""


class Spawned(Protocol):
    """A process that was started. Its streams are those of `subprocess.Popen`, and so is `returncode`."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    returncode: int | None

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group and its session."""

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code. Raises `subprocess.TimeoutExpired` after `timeout` seconds."""

    def descendants(self) -> list[psutil.Process]:
        """Return everything it started that is still there, itself included; nothing where that cannot be told."""

    def let_go(self) -> None:
        """Watch over it no longer; whatever it left running is killed."""


class Spawn(Protocol):
    """A way to start a process, as `spawn` is one, with its three streams as pipes or files."""

    def __call__(
        self, argv: Sequence[str], /, *, program: str, env: Mapping[str, str], cwd: Path, stdin: Stream
    ) -> Spawned:
        """Start `argv` as the leader of a new session."""


def spawn(
    argv: Sequence[str],
    *,
    program: str,
    env: Mapping[str, str],
    cwd: Path,
    stdin: Stream = subprocess.PIPE,
    output: Stream = subprocess.PIPE,
) -> Spawned:
    """Start `argv` as the leader of a new session, its standard output and standard error connected to `output`.

    `env` is the whole environment. Raises `ClientError`, which names `program`, when the system cannot start it. Call
    `let_go` once it has ended.
    """
    if problem := _unusable(argv, env):
        raise ClientError(f"{program} could not be started: {problem}")
    try:
        start = _Adopted if _ADOPTS else _OwnChild
        return start(argv, env, cwd, stdin, output)
    except OSError as error:
        raise ClientError(f"{program} could not be started: {error.strerror}") from None


def _unusable(argv: Sequence[str], env: Mapping[str, str]) -> str:
    """Return why no system could start this; an empty string where one may."""
    if any("\0" in text for text in (*argv, *env, *env.values())):
        return "an argument or a variable holds a NUL character"
    odd = next((name for name in env if not name or "=" in name), None)
    return "" if odd is None else f'there is no variable called "{odd}": a name has no = in it'


class _OwnChild(subprocess.Popen[bytes]):
    """A process that is a child of this one."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, stdin: Stream, output: Stream) -> None:
        with _sigint_not_ignored():
            super().__init__(
                argv,
                stdin=stdin,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=dict(env),
                start_new_session=True,
                umask=USUAL_UMASK,
            )

    def descendants(self) -> list[psutil.Process]:
        """Return nothing: who is orphaned has another parent, and cannot be told from strangers."""
        return []

    def let_go(self) -> None:
        """Do nothing: nobody watches."""


class _Adopted(Kept):
    """A process below a reaper. Raises `OSError` where it could not be started."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, stdin: Stream, output: Stream) -> None:
        channel, theirs = socket.socketpair()
        with theirs:
            try:
                self._reaper = subprocess.Popen(
                    (sys.executable, "-I", "-S", reaper.__file__, str(theirs.fileno())),
                    stdin=stdin,
                    stdout=output,
                    stderr=output,
                    env={name: os.environ[name] for name in _INHERITED if name in os.environ},
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            except OSError:
                channel.close()
                raise
        super().__init__(channel, self._reaper.stdin, self._reaper.stdout, self._reaper.stderr)
        self._begin(argv, env, cwd, USUAL_UMASK)

    def descendants(self) -> list[psutil.Process]:
        """Return everything it started that is still there, itself included, in whatever session."""
        # It ends with the last of them, or was killed.
        return [] if self._reaper.poll() is not None else children_of(self._reaper.pid)

    def let_go(self) -> None:
        """Close the channel: the reaper kills what is left, and ends. One that cannot come to an end is killed."""
        self._channel.close()
        try:
            self._reaper.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._reaper.kill()
            self._reaper.wait()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to every process in the group of `pid`; a group that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


@contextlib.contextmanager
def stdin_file(text: str | None) -> Iterator[Stream]:
    """Yield a standard input that holds `text`; None means an empty one.

    It is a file, not a pipe: a client that never reads it blocks nobody.
    """
    if text is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


@contextlib.contextmanager
def _sigint_not_ignored() -> Iterator[None]:
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
