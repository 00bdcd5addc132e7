"""What a program expects to have for itself, as context managers: set for the time of a call, and restored after it.

All of it belongs to the whole process: `sys.argv`, environment, working directory, umask, loaded modules, warnings,
logging, signal handlers, the alarm that enforces the time limit, and the standard streams, which are captured.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import selectors
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType

from pytest_auth_provider.processes.capture import Capture
from pytest_auth_provider.processes.spawn import USUAL_UMASK

_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ENVIRONMENT_READERS = ("webbrowser",)
"""Modules that keep what they found in the environment when they were first used."""


class TimeLimitExceededError(BaseException):
    """Raised inside a call that exceeds its time limit. Not an `Exception`: programs catch those and go on."""


@contextmanager
def arguments(argv: Sequence[str]) -> Iterator[None]:
    """Set `sys.argv`."""
    before = sys.argv
    sys.argv = list(argv)
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Replace the whole environment."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def directory(path: Path) -> Iterator[None]:
    """Change to the working directory `path`, with the usual umask."""
    before, umask = Path.cwd(), os.umask(USUAL_UMASK)
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
        os.umask(umask)


@contextmanager
def fresh_modules(packages: Sequence[str]) -> Iterator[None]:
    """Unload the modules of `packages` for the block, and put them back afterwards.

    Modules of the standard library that cache the environment are unloaded as well.
    """
    names = (*packages, *_ENVIRONMENT_READERS)
    before = {name: sys.modules.pop(name) for name in _loaded(names)}
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in _loaded(names):
            del sys.modules[name]
        sys.modules.update(before)


def _loaded(packages: Sequence[str]) -> list[str]:
    return [name for name in sys.modules if any(name == top or name.startswith(f"{top}.") for top in packages)]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitExceededError` in a block that takes longer, wherever it waits; again each second if caught.

    Only the main thread can be interrupted; in any other there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_alarm(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitExceededError

    handler = signal.signal(signal.SIGALRM, on_alarm)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, interval)


@contextmanager
def interpreter_state() -> Iterator[None]:
    """Start with fresh warning filters and root logger, and restore them and the signal handlers afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    root.setLevel(logging.WARNING)
    signals = {number: signal.getsignal(number) for number in _HANDLED}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            root.handlers = handlers
            root.setLevel(level)
            _restore_handlers(signals)


def _restore_handlers(signals: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in signals.items():
        if signal.getsignal(number) is not handler:
            with contextlib.suppress(TypeError):  # one that was not set from Python
                signal.signal(number, handler)  # type: ignore[arg-type]  # it came from getsignal


_CHUNK = 65536
_PATIENCE = 1.0
"""Seconds to wait for the end of a stream that a process started by the call may still hold open."""


class StandardStreams:
    """Replace descriptors 0 to 2 and `sys.stdin`, `sys.stdout`, `sys.stderr` for a block.

    `stdin` is what the block can read; None means an empty standard input.
    """

    def __init__(self, stdin: str | None, stdout: Capture, stderr: Capture) -> None:
        self._stdin = stdin or ""
        self._captures = (stdout, stderr)

    def __enter__(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._before = sys.stdin, sys.stdout, sys.stderr
        self._saved = [os.dup(number) for number in range(3)]
        pipes = [os.pipe() for _ in self._captures]
        with tempfile.TemporaryFile() as file:
            file.write(self._stdin.encode())
            file.seek(0)
            os.dup2(file.fileno(), 0)
        for number, (_, writer) in enumerate(pipes, 1):
            os.dup2(writer, number)
            os.close(writer)
        sys.stdin, sys.stdout, sys.stderr = (_text_stream(number) for number in range(3))
        readers = [reader for reader, _ in pipes]
        self._reader = threading.Thread(target=self._read, args=(readers,), name="client-streams", daemon=True)
        self._reader.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # the call may have closed it
                stream.flush()
        sys.stdin, sys.stdout, sys.stderr = self._before
        for number, saved in enumerate(self._saved):
            os.dup2(saved, number)
            os.close(saved)
        self._reader.join(_PATIENCE)

    def _read(self, readers: list[int]) -> None:
        with selectors.DefaultSelector() as selector:
            for reader, capture in zip(readers, self._captures, strict=True):
                selector.register(reader, selectors.EVENT_READ, capture)
            while selector.get_map():
                for key, _events in selector.select():
                    chunk = os.read(key.fd, _CHUNK)
                    if chunk:
                        key.data.add(chunk)
                    else:
                        selector.unregister(key.fd)
                        os.close(key.fd)


def _text_stream(number: int) -> io.TextIOWrapper:
    """Return a UTF-8 text stream on a descriptor, which it does not close. Invalid bytes raise no error."""
    raw = io.FileIO(number, "r" if number == 0 else "w", closefd=False)
    binary = io.BufferedReader(raw) if number == 0 else io.BufferedWriter(raw)
    return io.TextIOWrapper(binary, encoding="utf-8", errors="surrogateescape", line_buffering=number > 0)
