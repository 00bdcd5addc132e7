"""`python -m benchmarks.idle_connections`: what thousands of connections cost `fakeprovider serve`. Takes a minute.

Half of them never send a byte, half were answered and are kept alive. Then everybody asks at the same moment, and a
thousand devices poll. Prints a table: threads, memory, rates and waits, beside the same with nobody else there.
"""

from __future__ import annotations

import argparse
import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.field import ROOT

_GET: Final = b"GET /jwks HTTP/1.1\r\nHost: fake\r\n\r\n"
_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_PATIENCE: Final = 60.0  # seconds
_SAMPLES: Final = 2000  # requests that are timed, one after another


class Cost(NamedTuple):
    """What the provider has at one moment, and how a client that asks all the time fares meanwhile."""

    threads: int
    megabytes: float
    files: int
    per_second: float
    p50: float
    p99: float


class Wave(NamedTuple):
    """How everybody fared who asked at the same moment: answers by status, and seconds until the last one."""

    answers: dict[str, int]
    seconds: float


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print what was found."""
    chosen = _arguments().parse_args(arguments)
    _take_files(chosen.connections + chosen.pollers + 200)
    with _serving(chosen.connections + chosen.pollers + 100) as (process, address), ExitStack() as crowd:
        alone = _cost(process, address)
        began = time.monotonic()
        idle = [crowd.enter_context(socket.create_connection(address, _PATIENCE)) for _ in range(chosen.connections)]
        connecting = time.monotonic() - began
        _wave([(client, _GET) for client in idle[::2]])
        among = _cost(process, address)
        everybody = _wave([(client, _GET) for client in idle])
        polls = _polls(address, chosen.pollers, crowd)
        polled = _wave(polls)
        after = _cost(process, address)
    print(f"{chosen.connections} connections were opened in {connecting:.1f} s\n")
    print("|  | threads | MB | files | requests/s | p50, ms | p99, ms |\n|---|---|---|---|---|---|---|")
    for name, cost in {"alone": alone, "among idle ones": among, "afterwards": after}.items():
        print(f"| {name} | {cost.threads} | {cost.megabytes:.0f} | {cost.files} | {cost.per_second:.0f}", end="")
        print(f" | {cost.p50:.2f} | {cost.p99:.2f} |")
    print(f"\nall at once: {everybody.answers} within {everybody.seconds:.1f} s")
    print(f"{chosen.pollers} device pollers at once: {polled.answers} within {polled.seconds:.1f} s")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle_connections", description=__doc__)
    parser.add_argument("--connections", type=int, default=5000, help="how many are idle (%(default)s)")
    parser.add_argument("--pollers", type=int, default=1000, help="how many devices poll (%(default)s)")
    return parser


def _take_files(count: int) -> None:
    """Let this process open that many files; `SystemExit` where it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        sys.exit(f"this needs {count} open files, and the system allows {hard}; ask for fewer --connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


@contextmanager
def _serving(limit: int) -> Iterator[tuple[psutil.Process, tuple[str, int]]]:
    """Run `fakeprovider serve`; yield its process, and where it serves."""
    command = [sys.executable, "-m", "fakeprovider", "serve", "--json", "--connection-limit", str(limit)]
    knobs = ["--set", "device_interval=0", "--set", "algorithm=ES256"]
    with subprocess.Popen([*command, *knobs], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            said: dict[str, Any] = json.loads(process.stdout.readline()) if process.stdout else {}
            parts = urlsplit(said["issuer"])
            yield psutil.Process(process.pid), (str(parts.hostname), int(parts.port or 80))
        finally:
            process.terminate()


def _cost(process: psutil.Process, address: tuple[str, int]) -> Cost:
    """Time requests one after another, and look at the process a moment later."""
    waits = []
    with socket.create_connection(address, _PATIENCE) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        for _ in range(_SAMPLES):
            asked = time.perf_counter()
            client.sendall(_GET)
            _status(client)
            waits.append((time.perf_counter() - asked) * 1000)
        rate = _SAMPLES / (time.perf_counter() - began)
    time.sleep(0.5)
    quantiles = statistics.quantiles(waits, n=100)
    megabytes = process.memory_info().rss / 1e6
    return Cost(process.num_threads(), megabytes, process.num_fds(), rate, quantiles[49], quantiles[98])


def _polls(address: tuple[str, int], count: int, crowd: ExitStack) -> list[tuple[socket.socket, bytes]]:
    """Open a connection for each device, with the poll it is about to send."""
    polls = []
    for _ in range(count):
        client = crowd.enter_context(socket.create_connection(address, _PATIENCE))
        client.sendall(_form("/device_authorization", client_id="cli"))
        answer = b""
        while b"}" not in answer:
            answer += client.recv(65536)
        code = json.loads(answer.partition(b"\r\n\r\n")[2])["device_code"]
        polls.append((client, _form("/token", client_id="cli", grant_type=_DEVICE, device_code=code)))
    return polls


def _form(path: str, **members: str) -> bytes:
    body = urlencode(members)
    head = f"POST {path} HTTP/1.1\r\nHost: fake\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _wave(asks: Sequence[tuple[socket.socket, bytes]]) -> Wave:
    """Have everybody ask at once, and hear all answers."""
    began = time.monotonic()
    for client, request in asks:
        client.sendall(request)
    answers = Counter(_status(client) for client, _ in asks)
    return Wave(dict(answers), time.monotonic() - began)


def _status(client: socket.socket) -> str:
    """Return the status of the answer that comes, which is read whole; "no answer" where none comes."""
    answer = b""
    while not _is_whole(answer):
        try:
            part = client.recv(65536)
        except OSError:  # it was hung up on, or waited for too long
            part = b""
        if not part:
            return "no answer"
        answer += part
    return answer[9:12].decode()


def _is_whole(answer: bytes) -> bool:
    head, ended, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return bool(ended) and len(body) >= int(length or 0)


if __name__ == "__main__":
    main()
