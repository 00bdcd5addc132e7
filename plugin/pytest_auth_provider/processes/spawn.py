"""Start a process in a session of its own, and signal its group."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from pytest_auth_provider.errors import ClientError

Stream = IO[bytes] | int

USUAL_UMASK = 0o022
"""The umask of every client: a file that only its owner can read is then the client's own doing."""


def spawn(
    argv: Sequence[str],
    *,
    program: str,
    env: Mapping[str, str],
    cwd: Path,
    stdin: Stream = subprocess.PIPE,
    output: Stream = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start `argv` as the leader of a new session, its standard output and standard error connected to `output`.

    `env` is the whole environment. Raises `ClientError`, which names `program`, when the system cannot start it.
    """
    with _sigint_not_ignored():
        try:
            return subprocess.Popen(
                argv,
                stdin=stdin,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=dict(env),
                start_new_session=True,
                umask=USUAL_UMASK,
            )
        except OSError as problem:
            raise ClientError(f"{program} could not be started: {problem.strerror}") from None


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
