"""`fakeprovider serve` as a real process, and what it prints."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

COMMAND = [sys.executable, "-m", "fakeprovider"]
PATIENCE = 30.0  # seconds; only a broken command makes a test wait this long


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)


class Serving:
    """A `serve` that was started with `--json`, and what it said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"it ended with {process.wait()}: {process.stderr.read() if process.stderr else ''}")
        self.said: dict[str, Any] = json.loads(line)
        self.http = httpx.Client(trust_env=False, timeout=PATIENCE, verify=self._verify())

    def _verify(self) -> Any:
        import ssl

        return ssl.create_default_context(cafile=self.said["ca_file"]) if self.said["ca_file"] else True

    def get(self, url: str) -> Any:
        """The JSON at `url`."""
        answer = self.http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit code and what it wrote to stderr."""
        self.http.close()
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


Serve = Callable[..., Serving]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start `serve --json` with further options; whatever still runs is ended."""
    with ExitStack() as started:

        def start(*options: str, env: dict[str, str] | None = None) -> Serving:
            process = subprocess.Popen(
                [*COMMAND, "serve", "--json", *options],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **(env or {})},
            )
            started.enter_context(process)
            started.callback(process.kill)
            serving = Serving(process)
            started.callback(serving.http.close)
            return serving

        yield start
