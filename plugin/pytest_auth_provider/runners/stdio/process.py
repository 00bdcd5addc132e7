"""The child process of a stdio client, which lives on from action to action."""

from __future__ import annotations

import contextlib
import json
import os
import select
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pytest_auth_provider.processes.spawn import signal_group, spawn
from pytest_auth_provider.runners.stdio.inbox import Inbox

_CHUNK = 65536
_PATIENCE = 5.0
"""Seconds until a killed child is gone."""
NO_SUCH_METHOD = {"code": -32601, "message": "the test offers no methods"}

OnOutput = Callable[[str, bytes], None]


def ignore_output(_stream: str, _chunk: bytes) -> None:
    """Do nothing: the `on_output` of a child that no step is waiting for."""


class StdioProcess:
    """A process with three pipes, read by a thread.

    `on_output` may be replaced: it is called with `"stdout"` or `"stderr"` and each chunk. Messages go to `inbox`.
    """

    def __init__(self, argv: tuple[str, ...], env: Mapping[str, str], cwd: Path) -> None:
        """Start the child. Raises `ClientError` when the system cannot."""
        self.on_output: OnOutput = ignore_output
        self.inbox = Inbox(self._decline)
        self._numbers = 0
        self._killed = False
        self._sending = threading.Lock()
        self._process = spawn(argv, program=argv[0], env=env, cwd=cwd)
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._reader = threading.Thread(target=self._read, name="client-messages", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group and its session."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still be sent messages."""
        return not self._killed and self._process.poll() is None and not self.inbox.ended

    def request(self, body: dict[str, Any], deadline: float) -> int:
        """Send a request and return its `id`, which the answer will carry.

        `deadline` is a time on the monotonic clock.
        """
        self._numbers += 1
        number = self._numbers
        self.send({"id": number, **body}, deadline)
        return number

    def send(self, message: dict[str, Any], deadline: float) -> None:
        """Send a message, as far as the child reads it before the deadline. A child that is gone is no error."""
        data = memoryview(json.dumps(message).encode() + b"\n")
        assert self._process.stdin is not None
        with self._sending, contextlib.suppress(OSError, ValueError):
            pipe = self._process.stdin.fileno()
            while data and (left := deadline - time.monotonic()) > 0:
                if select.select([], [pipe], [], left)[1]:
                    data = data[os.write(pipe, data) :]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and its group."""
        if self._process.poll() is None:
            self._killed |= number == signal.SIGKILL
            signal_group(self.pid, number)

    def exit_code(self) -> int | None:
        """Return the exit code, or None while it runs. A child whose output has ended gets a moment to exit."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(_PATIENCE if self.inbox.ended else 0)
        return None

    def close(self) -> None:
        """End the child: SIGTERM, then SIGKILL if it has not ended within half a second."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE if number == signal.SIGKILL else 0.5)
                break
        self._process.let_go()
        self._reader.join(_PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _decline(self, request: dict[str, Any]) -> None:
        """Answer a request of the child with an error (JSON-RPC 2.0, 5.1): without an answer it would wait for ever."""
        self.send({"id": request["id"], "error": NO_SUCH_METHOD}, time.monotonic() + _PATIENCE)

    def _read(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ, "stdout")
            selector.register(self._process.stderr, selectors.EVENT_READ, "stderr")
            while selector.get_map():
                for key, _events in selector.select():
                    chunk = os.read(key.fd, _CHUNK)
                    self._deliver(key.data, chunk)
                    if not chunk:
                        selector.unregister(key.fileobj)

    def _deliver(self, stream: str, chunk: bytes) -> None:
        if chunk:
            self.on_output(stream, chunk)
        if stream == "stdout":
            if chunk:
                self.inbox.add(chunk)
            else:
                self.inbox.end()
