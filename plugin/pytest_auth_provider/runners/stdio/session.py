"""A child that lives on from action to action."""

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

from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.runners.stdio.inbox import Inbox

_CHUNK = 65536
_PATIENCE = 5.0
"""Seconds until a killed child is gone."""
NO_SUCH_METHOD = {"code": -32601, "message": "the test offers no methods"}

Hear = Callable[[str, bytes], None]


class Session:
    """A process with three pipes. `hear` may be changed: it is told what comes from `stdout` and `stderr`."""

    def __init__(self, argv: tuple[str, ...], env: Mapping[str, str], cwd: Path) -> None:
        """Start it. Raises `ClientError` when the system can not."""
        self.hear: Hear = lambda _stream, _chunk: None
        self.inbox = Inbox(self._decline)
        self._numbers = 0
        self._killed = False
        self._sending = threading.Lock()
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                argv, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=dict(env), start_new_session=True, umask=0o022
            )
        except OSError as problem:
            raise ClientError(f"{argv[0]} could not be started: {problem.strerror}") from None
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._reader = threading.Thread(target=self._read, name="client-messages", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The id of the process, and of its group and session."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Can it still be talked to?"""
        return not self._killed and self._process.poll() is None and not self.inbox.ended

    def request(self, body: dict[str, Any], deadline: float) -> int:
        """Send a request; the number its answer will carry."""
        self._numbers += 1
        number = self._numbers
        self.send({"id": number, **body}, deadline)
        return number

    def send(self, message: dict[str, Any], deadline: float) -> None:
        """Send a message, as far as the child reads it before the deadline; it may be gone."""
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
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def exit_code(self) -> int | None:
        """How it ended, if it has, or is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(_PATIENCE if self.inbox.ended else 0)
        return None

    def close(self) -> None:
        """End it: a child with nobody to talk to ends by itself, or is killed."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE if number == signal.SIGKILL else 0.5)
                break
        self._reader.join(_PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _decline(self, request: dict[str, Any]) -> None:
        """A child that asks us something is told that we have nothing to offer, or it would wait for ever."""
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
                    self._heard(key.data, chunk)
                    if not chunk:
                        selector.unregister(key.fileobj)

    def _heard(self, stream: str, chunk: bytes) -> None:
        if chunk:
            self.hear(stream, chunk)
        if stream == "stdout":
            if chunk:
                self.inbox.add(chunk)
            else:
                self.inbox.end()
