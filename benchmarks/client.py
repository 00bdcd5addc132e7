"""The client, in a process of its own: one request again and again over one connection, where it stays open.

Reads `Load` as JSON from stdin and prints `{"answers": ..., "seconds": ...}`. A plain socket, so that it is never the
slower side; a contender that closes after each answer is connected to again, which is what its clients pay as well.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What to ask: a GET, or a POST with a form `body`, at most `answers` times and `seconds` long.

    Where `refresh` is not empty it stands for `{refresh_token}` in the body, until an answer brings a newer one.
    """

    port: int
    path: str
    body: str = ""
    refresh: str = ""
    authorization: str = ""
    answers: int = 1_000_000_000
    seconds: float = 3600.0
    warm: int = 0
    """Answers before the clock starts."""


@dataclass(frozen=True)
class Rate:
    """How many answers came in how many seconds."""

    answers: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


def run(load: Load) -> Rate:
    """Ask until either limit is reached; RuntimeError for an answer that is no 200."""
    client = _Client(load)
    for _ in range(load.warm):
        client.ask()
    began, count, passed = time.perf_counter(), 0, 0.0
    while count < load.answers and passed < load.seconds:
        client.ask()
        count += 1
        passed = time.perf_counter() - began
    return Rate(count, passed)


class _Client:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._refresh = load.refresh
        self._request = b""
        self._connection: socket.socket | None = None
        self._compose()

    def ask(self) -> None:
        """One request, and the whole answer to it."""
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self._load.port))
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(self._request)
        body = self._receive(self._connection)
        if self._refresh:
            self._refresh = json.loads(body).get("refresh_token", self._refresh)
            self._compose()

    def _compose(self) -> None:
        load = self._load
        body = load.body.replace("{refresh_token}", self._refresh).encode()
        lines = [f"{'POST' if body else 'GET'} {load.path} HTTP/1.1", f"Host: localhost:{load.port}", "Accept: */*"]
        lines += ["Accept-Encoding: gzip, deflate", "User-Agent: benchmarks/1"]
        if load.authorization:
            lines.append(f"Authorization: {load.authorization}")
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self._request = "\r\n".join([*lines, "\r\n"]).encode() + body

    def _receive(self, connection: socket.socket) -> bytes:
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more(connection, answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        if head.split(b" ", 2)[1] != b"200":
            raise RuntimeError(f"expected a 200 from {self._load.path}, got {answer[:400]!r}")
        fields = head.lower()
        length = int(fields.partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more(connection, answer)
        if b"connection: close" in fields or fields.startswith(b"http/1.0"):
            connection.close()
            self._connection = None
        return body

    def _more(self, connection: socket.socket, so_far: bytes) -> bytes:
        part = connection.recv(65536)
        if not part:
            raise RuntimeError(f"{self._load.path}: the connection ended in the middle of an answer: {so_far[:400]!r}")
        return part


if __name__ == "__main__":
    rate = run(Load(**json.load(sys.stdin)))
    json.dump({"answers": rate.answers, "seconds": rate.seconds}, sys.stdout)
