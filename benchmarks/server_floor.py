"""How near the provider's socket is to the least a woken socket loop can cost: `python benchmarks/server_floor.py`.

Prints the medians of (a) a bare loop written here, which does not even parse and always says the same, and (b) our
Server: milliseconds from start to the first answer, for start + one request + stop, and keep-alive requests per second
from a client in another process. Compare the ratios; absolute figures depend on the machine.
"""

from __future__ import annotations

import contextlib
import select
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from fakeprovider.answer import Answer
from fakeprovider.server import Server

ROUNDS = 300
KEEP_ALIVE_ROUNDS = 5
KEEP_ALIVE_SECONDS = 2.0
BODY = b'{"padding":"' + b"x" * 1486 + b'"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
REQUEST = (
    b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
    b"Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\nUser-Agent: server-floor/1\r\n\r\n"
)

Serving = Callable[[], AbstractContextManager[int]]


@contextlib.contextmanager
def bare_loop() -> Iterator[int]:
    """The floor: a woken accept loop, a thread per connection, one fixed answer. Gives the port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    ours, theirs = socket.socketpair()

    def converse(connection: socket.socket) -> None:
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while connection.recv(65536):
                connection.sendall(ANSWER)

    def accept_all() -> None:
        poll = select.poll()
        poll.register(listening, select.POLLIN)
        poll.register(ours, select.POLLIN)
        while all(descriptor != ours.fileno() for descriptor, _ in poll.poll()):
            threading.Thread(target=converse, args=(listening.accept()[0],), daemon=True).start()

    accepting = threading.Thread(target=accept_all, daemon=True)
    accepting.start()
    try:
        yield listening.getsockname()[1]
    finally:
        theirs.send(b"!")
        accepting.join()
        for closing in (listening, ours, theirs):
            closing.close()


@contextlib.contextmanager
def our_server() -> Iterator[int]:
    """Our Server with a handler that always says the same. Gives the port."""
    answer = Answer(200, [("Content-Type", "application/json")], BODY)
    with Server(lambda _: answer) as server:
        yield server.port


def ask(connection: socket.socket) -> None:
    """One request, and the whole answer to it."""
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(BODY[-2:]):
        answer += connection.recv(65536)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"expected a 200, got {answer[:100]!r}")


def start_and_stop(serving: Serving) -> tuple[float, float]:
    """Milliseconds from start to the first answer, and until it is stopped again."""
    began = time.perf_counter()
    with serving() as port, socket.create_connection(("127.0.0.1", port)) as connection:
        ask(connection)
        answered = time.perf_counter()
    stopped = time.perf_counter()
    return (answered - began) * 1000, (stopped - began) * 1000


def keep_alive_client(port: int) -> None:
    """Ask over one connection for a while and print how many answers came per second (the child process)."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < KEEP_ALIVE_SECONDS:
            for _ in range(100):
                ask(connection)
            count += 100
        print(count / (time.perf_counter() - began))


def requests_per_second(serving: Serving) -> float:
    """What one keep-alive client in another process gets."""
    with serving() as port:
        child = subprocess.run([sys.executable, __file__, str(port)], check=True, capture_output=True, text=True)
    return float(child.stdout)


def main() -> None:
    """Measure both in turn, so that a busy machine is unfair to neither, and print the table."""
    contenders: tuple[Serving, Serving] = (bare_loop, our_server)
    times: dict[Serving, list[tuple[float, float]]] = {serving: [] for serving in contenders}
    rates: dict[Serving, list[float]] = {serving: [] for serving in contenders}
    for _ in range(ROUNDS):
        for serving in contenders:
            times[serving].append(start_and_stop(serving))
    for _ in range(KEEP_ALIVE_ROUNDS):
        for serving in contenders:
            rates[serving].append(requests_per_second(serving))
    rows = {
        "start to first 200, ms": [statistics.median(first for first, _ in times[s]) for s in contenders],
        "start + request + stop, ms": [statistics.median(whole for _, whole in times[s]) for s in contenders],
        "keep-alive requests/s": [statistics.median(rates[s]) for s in contenders],
    }
    print(f"{'median':28}{'bare loop':>12}{'Server':>12}{'ratio':>8}")
    for title, (floor, ours) in rows.items():
        print(f"{title:28}{floor:12.2f}{ours:12.2f}{ours / floor:8.2f}")


if __name__ == "__main__":
    keep_alive_client(int(sys.argv[1])) if len(sys.argv) > 1 else main()
