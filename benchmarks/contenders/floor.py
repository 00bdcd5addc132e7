"""The floor: the least a woken socket loop can cost. It does not parse, and says the same to everybody."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

from benchmarks.contenders.child import Serving, run

BODY = b'{"jwks_uri":"http://127.0.0.1/jwks","padding":"' + b"x" * 2000 + b'"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


@contextlib.contextmanager
def start() -> Iterator[Serving]:
    """A woken accept loop and a thread per connection."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    ours, theirs = socket.socketpair()
    accepting = threading.Thread(target=_accept_all, args=(listening, ours), daemon=True)
    accepting.start()
    try:
        yield Serving(listening.getsockname()[1])
    finally:
        theirs.send(b"!")
        accepting.join()
        for closing in (listening, ours, theirs):
            closing.close()


def _accept_all(listening: socket.socket, waker: socket.socket) -> None:
    poll = select.poll()
    poll.register(listening, select.POLLIN)
    poll.register(waker, select.POLLIN)
    while all(descriptor != waker.fileno() for descriptor, _ in poll.poll()):
        threading.Thread(target=_converse, args=(listening.accept()[0],), daemon=True).start()


def _converse(connection: socket.socket) -> None:
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while request := connection.recv(65536):
            connection.sendall(ANSWER)
            if b"Connection: close" in request:
                return


if __name__ == "__main__":
    run(start)
