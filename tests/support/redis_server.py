"""A real Redis for tests, and real processes that keep the state of one provider in it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NobodyThere

PATIENCE = 30.0  # seconds; only a broken command makes a test wait this long
TOKEN = "control"


@contextmanager
def redis_server(directory: Path) -> Iterator[str]:
    """Run `redis-server` on a socket in `directory`, where nothing is written to disk; yields its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is missing; apt-get install redis-server")
    socket = directory / "redis"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(directory)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"unix://{socket}"
    try:
        _wait_until_it_answers(url)
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE)


def empty(url: str) -> None:
    """Delete everything in the database."""
    with Redis.from_url(url) as redis:
        redis.flushall()


def _wait_until_it_answers(url: str) -> None:
    until = time.monotonic() + PATIENCE
    with Redis.from_url(url) as redis:
        while True:
            try:
                redis.ping()
            except NobodyThere:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return


class Process:
    """One of several processes that serve the same provider."""

    def __init__(self, process: subprocess.Popen[str], http: httpx.Client) -> None:
        assert process.stdout is not None
        said: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
        self.process = process
        self.http = http
        self.issuer: str = said["issuer"]

    @contextmanager
    def apart(self) -> Iterator[Process]:
        """This process with connections of its own: a pool of httpx that threads share closes some that are in use."""
        alone = copy(self)
        with httpx.Client(trust_env=False, timeout=PATIENCE) as alone.http:
            yield alone

    def control(self, method: str, path: str, body: object = None) -> Any:
        """What the control API of this process answers, which has to be a success."""
        answer = self.http.request(method, f"{self.issuer}/_control{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, **form: str) -> httpx.Response:
        """Post a form of client `cli` to this process."""
        return self.http.post(self.issuer + path, data={"client_id": "cli", **form})

    def refresh(self, refresh_token: str) -> httpx.Response:
        """Spend a refresh token."""
        return self.post("/token", grant_type="refresh_token", refresh_token=refresh_token)


@contextmanager
def processes(url: str, count: int, *options: str) -> Iterator[list[Process]]:
    """Run `fakeprovider serve` that many times, all with their state at `url`."""
    command = [sys.executable, "-m", "fakeprovider", "serve", "--json", "--state", url, *options]
    with ExitStack() as running:
        http = running.enter_context(httpx.Client(trust_env=False, timeout=PATIENCE))
        started = []
        for _ in range(count):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            running.callback(_end, process)
            started.append(process)
        yield [Process(process, http) for process in started]


@contextmanager
def gunicorn(directory: Path, configuration: str, workers: int) -> Iterator[httpx.Client]:
    """Run gunicorn with the configuration file `configuration`; yields a client of it."""
    socket = directory / "gunicorn"
    application = f"fakeprovider.wsgi:application({configuration!r})"
    arguments = ["--workers", str(workers), "--graceful-timeout", "1", "--bind", f"unix:{socket}"]
    command = [sys.executable, "-m", "gunicorn", *arguments, application]
    environment = {**os.environ, "FAKEPROVIDER_CONTROL_TOKEN": TOKEN}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=directory)
    transport = httpx.HTTPTransport(uds=str(socket))
    try:
        with httpx.Client(transport=transport, base_url="http://localhost:9400", timeout=PATIENCE) as client:
            _wait_until_booted(server, workers)
            yield client
    finally:
        _end(server)


def _wait_until_booted(server: subprocess.Popen[str], workers: int) -> None:
    assert server.stderr is not None
    lines = []
    for line in server.stderr:
        lines.append(line)
        if sum("Booting worker" in one for one in lines) == workers:
            return
    raise AssertionError("".join(lines))


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:  # pragma: no cover - a process that does not end by itself
        process.kill()
        raise


def in_turn(several: list[Process]) -> Iterator[Process]:
    """Yield one process after the other, for ever."""
    return itertools.cycle(several)
