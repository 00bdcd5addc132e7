"""The floor of whoever reads HTTP with the standard library: a woken loop around `http.server`, a thread each."""

from __future__ import annotations

import contextlib
import http.server
import select
import socket
import threading
from collections.abc import Iterator

from benchmarks.contenders.child import Serving, run
from benchmarks.contenders.floor import BODY


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def start() -> Iterator[Serving]:
    """Serve until the block ends, without the polling of `serve_forever`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    ours, theirs = socket.socketpair()
    accepting = threading.Thread(target=_accept_all, args=(server, ours), daemon=True)
    accepting.start()
    try:
        yield Serving(server.server_port)
    finally:
        theirs.send(b"!")
        accepting.join()
        for closing in (server.socket, ours, theirs):
            closing.close()


def _accept_all(server: http.server.ThreadingHTTPServer, waker: socket.socket) -> None:
    poll = select.poll()
    poll.register(server.socket, select.POLLIN)
    poll.register(waker, select.POLLIN)
    while all(descriptor != waker.fileno() for descriptor, _ in poll.poll()):
        server.handle_request()


if __name__ == "__main__":
    run(start)
