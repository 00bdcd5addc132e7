"""The standard streams of a call: output through Python or through the descriptors is captured as it is written."""

from __future__ import annotations

import contextlib
import io
import os
import selectors
import sys
import tempfile
import threading
from types import TracebackType

from pytest_auth_provider.processes.capture import Capture

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
