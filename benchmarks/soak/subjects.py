"""Who is loaded: the provider in one process, in one and in four with Redis, and its peer in node with Redis."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.field import ROOT

TOKEN: Final = "control"
WORKERS: Final = 4
_PATIENCE: Final = 60.0
_KNOBS: Final = {"device_interval": "1", "access_token_format": "opaque"}


@dataclass(frozen=True)
class Usage:
    """What a subject uses of the machine: megabytes of memory and threads, all its processes and Redis together."""

    megabytes: float
    threads: int


@dataclass(frozen=True)
class Subject:
    """Somebody who is loaded. `serving` runs it in a directory, on a port; `scenarios` are those it can do, () all."""

    name: str
    serving: Callable[[Path, int], AbstractContextManager[list[subprocess.Popen[bytes]]]]
    scenarios: tuple[str, ...] = ()


def usage_of(processes: list[subprocess.Popen[bytes]]) -> Usage:
    """Return what these processes and their children use."""
    tree = [one for root in processes for one in (psutil.Process(root.pid), *psutil.Process(root.pid).children(True))]
    return Usage(sum(one.memory_info().rss for one in tree) / 1e6, sum(one.num_threads() for one in tree))


@contextmanager
def in_memory(_directory: Path, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run `fakeprovider serve` with its state in its own process."""
    with _served(port, "") as process:
        yield [process]


@contextmanager
def one_with_redis(directory: Path, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run `fakeprovider serve` with its state in Redis."""
    with _redis(directory) as (redis, url), _served(port, url) as process:
        yield [process, redis]


@contextmanager
def workers_with_redis(directory: Path, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the WSGI application in several gunicorn workers with threads, its state in Redis."""
    with _redis(directory) as (redis, url):
        configuration = directory / "provider.toml"
        lines = [f'state = "{url}"', f'origin = "http://127.0.0.1:{port}"', "device_interval = 1"]
        configuration.write_text("\n".join([*lines, 'access_token_format = "opaque"', ""]), encoding="utf-8")
        # Loaded before it forks, so that all are ready when the port answers.
        arguments = ["--preload", "--workers", str(WORKERS), "--threads", "64", "--log-level", "error"]
        # Clients keep their connections as long as they can.
        arguments += ["--keep-alive", "60", "--graceful-timeout", "1"]
        application = f"fakeprovider.wsgi:application({str(configuration)!r})"
        command = [sys.executable, "-m", "gunicorn", *arguments, "--bind", f"127.0.0.1:{port}", application]
        with _running(command, port) as process:
            yield [process, redis]


@contextmanager
def node_with_redis(prefix: Path, directory: Path, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run npm's oidc-provider with an adapter that keeps its tokens in Redis, as its manual shows one."""
    program = ROOT / "benchmarks" / "soak" / "oidc_provider_redis.mjs"
    with _redis(directory) as (redis, url):
        command = ["node", str(program), str(prefix), str(port), url.removeprefix("unix://")]
        with _running(command, port) as process:
            yield [process, redis]


def _served(port: int, state: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "fakeprovider", "serve", "--port", str(port), "--control-token", TOKEN]
    for name, value in _KNOBS.items():
        command += ["--set", f"{name}={value}"]
    return _running([*command, *(["--state", state] if state else [])], port)


@contextmanager
def _redis(directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    path = directory / "redis"
    program = shutil.which("redis-server")
    if program is None:
        raise FileNotFoundError("redis-server is missing; apt-get install redis-server")
    with ExitStack() as running:
        command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(directory)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        running.callback(_end, process)
        _wait_until(path.exists, process)
        yield process, f"unix://{path}"


@contextmanager
def _running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "FAKEPROVIDER_CONTROL_TOKEN": TOKEN}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
    try:
        _wait_until(lambda: _answers(port), process)
        yield process
    finally:
        _end(process)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args!r} does not answer")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
