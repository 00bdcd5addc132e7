"""Real sockets to and from a Server that is stopped, thread by thread, after every test."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme

from fakeprovider.server import Request, Server
from fakeprovider.server.answer import Answer
from tests.support.wire import PATIENCE, everything


def echo(request: Request) -> Answer:
    """Say what arrived."""
    return Answer.json(
        {
            "method": request.method,
            "path": request.path,
            "query": request.query_string.decode("latin-1"),
            "host": request.headers.get("Host", ""),
            "body": request.get_data().decode("latin-1"),
            "protocol": request.environ["SERVER_PROTOCOL"],
        }
    )


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a Server, by default one that echoes; it is stopped when the test ends and may leave no thread behind."""
    before = set(threading.enumerate())
    with contextlib.ExitStack() as servers:

        def start(handle: Callable[[Request], Answer] = echo, **settings: Any) -> Server:
            return servers.enter_context(Server(handle, **settings))

        yield start
    left_behind = {thread.name for thread in set(threading.enumerate()) - before}
    assert not left_behind


@pytest.fixture
def dial() -> Iterator[Callable[[Server], socket.socket]]:
    """Connect to a server; the socket is closed when the test ends."""
    with contextlib.ExitStack() as sockets:

        def connect(server: Server) -> socket.socket:
            return sockets.enter_context(socket.create_connection((server.host, server.port), PATIENCE))

        yield connect


@pytest.fixture
def say(dial: Callable[[Server], socket.socket]) -> Callable[[Server, bytes], bytes]:
    """Send bytes on a fresh connection and hear everything until the server closes it."""

    def exchange(server: Server, data: bytes) -> bytes:
        connection = dial(server)
        connection.sendall(data)
        return everything(connection)

    return exchange


@pytest.fixture
def hear() -> Callable[[socket.socket], bytes]:
    """Everything a connection still says until the server closes it."""
    return everything


@pytest.fixture
def ask() -> Callable[..., tuple[int, Any]]:
    """One request on a connection that stays open: status and body, JSON or text."""

    def exchange(connection: socket.socket, target: str = "/", method: str = "GET") -> tuple[int, Any]:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: fake\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        with answer:
            body = answer.read()
        is_json = answer.getheader("Content-Type") == "application/json" and body
        return answer.status, json.loads(body) if is_json else body.decode()

    return exchange


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of our own."""
    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server on 127.0.0.1 proves itself with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def dial_tls(authority: trustme.CA) -> Iterator[Callable[[Server], ssl.SSLSocket]]:
    """Connect over TLS and trust our authority; an end without close_notify raises SSLEOFError."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with contextlib.ExitStack() as sockets:

        def connect(server: Server) -> ssl.SSLSocket:
            raw = sockets.enter_context(socket.create_connection((server.host, server.port), PATIENCE))
            return sockets.enter_context(
                context.wrap_socket(raw, server_hostname="127.0.0.1", suppress_ragged_eofs=False)
            )

        yield connect
