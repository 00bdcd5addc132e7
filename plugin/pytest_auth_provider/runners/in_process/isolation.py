"""What a program takes for its own, and what is ours: put in its place for the time of a call, then put back."""

from __future__ import annotations

import contextlib
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
from types import TracebackType

from pytest_auth_provider.processes.terminal import Capture

USUAL_UMASK = 0o022
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def arguments(argv: Sequence[str]) -> Iterator[None]:
    """`sys.argv`."""
    before = sys.argv
    sys.argv = list(argv)
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The whole environment."""
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
    """The working directory and the usual umask."""
    before, umask = Path.cwd(), os.umask(USUAL_UMASK)
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
        os.umask(umask)


@contextmanager
def state() -> Iterator[None]:
    """What programs set up as they begin: warnings, logging, signal handlers."""
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
            _restore(signals)


def _restore(signals: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in signals.items():
        if signal.getsignal(number) is not handler:
            with contextlib.suppress(TypeError):  # one that was not set from Python
                signal.signal(number, handler)  # type: ignore[arg-type]  # it came from getsignal


# FROM plugin/pytest_auth_provider/clients/kinds/python/streams.py: The standard streams of a call: what is printed through Python or through the descriptors is heard as it comes.


_CHUNK = 65536
_PATIENCE = 1.0
"""Seconds to wait for the end of a stream that something the call started may still hold."""


class Streams:
    """Stands in the place of descriptors 0 to 2 and of `sys.stdin`, `sys.stdout`, `sys.stderr` for a block."""

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
        sys.stdin, sys.stdout, sys.stderr = (_text(number) for number in range(3))
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


def _text(number: int) -> io.TextIOWrapper:
    """A text stream on a descriptor, which it leaves open. What is not UTF-8 does not end the program."""
    raw = io.FileIO(number, "r" if number == 0 else "w", closefd=False)
    binary = io.BufferedReader(raw) if number == 0 else io.BufferedWriter(raw)
    return io.TextIOWrapper(binary, encoding="utf-8", errors="surrogateescape", line_buffering=number > 0)
