"""Thousands of clients at once: silent ones cost no thread, each that asks is answered, and the limit bounds it all."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakeprovider import Provider
from fakeprovider.server import Answer, Connection, Limits, Request, Server
from fakeprovider.server.workers import USUAL
from tests.support.wire import PATIENCE, Wire, request_bytes

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]
Crowd = Callable[[tuple[str, int], int], list[socket.socket]]

GET = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"
MANY = 2000
FILES = 2 * MANY + 500
SETTLED = 30
"""Threads that may be left once everybody is silent: those that wait for work, pytest's own, and some margin."""


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process open as many files as the test needs, at both ends of its connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        pytest.skip(f"at most {hard} open files are allowed here, and this needs {FILES}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Open many connections to an address; they are closed when the test ends."""
    with contextlib.ExitStack() as sockets:

        def gather(address: tuple[str, int], count: int) -> list[socket.socket]:
            return [sockets.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(count)]

        yield gather


def open_files() -> list[Path]:
    """The descriptors this process has open."""
    return list(Path("/dev/fd").iterdir())


def settles(most: int = SETTLED) -> bool:
    """Whether the threads become as few as that."""
    until = time.monotonic() + PATIENCE
    while threading.active_count() > most and time.monotonic() < until:
        time.sleep(0.01)
    return threading.active_count() <= most


@pytest.mark.usefixtures("many_files")
def test_connections_without_a_byte_cost_no_thread(serve: Serve, dial: Dial, ask: Ask, crowd: Crowd) -> None:
    """Two thousand that never say anything are open, and the next client is served."""
    server = serve()
    crowd((server.host, server.port), MANY)
    assert ask(dial(server))[0] == 200
    assert settles()


@pytest.mark.usefixtures("many_files")
def test_idle_connections_cost_no_thread_and_go_on(serve: Serve, crowd: Crowd, ask: Ask) -> None:
    """Two thousand that were answered and are kept alive; each is answered again, on the connection it has."""
    server = serve()
    clients = crowd((server.host, server.port), MANY)
    for _ in range(2):
        for client in clients:
            client.sendall(GET)
        assert {answer_line(client) for client in clients} == {b"HTTP/1.1 200 OK"}
        assert settles()
    server.stop()
    assert [client.recv(1) for client in clients] == [b""] * MANY


def answer_line(client: socket.socket, request: bytes = b"") -> bytes:
    """The status line of the answer that comes, to `request` where one is given."""
    client.sendall(request)
    return client.recv(65536).partition(b"\r\n")[0]


@pytest.mark.usefixtures("many_files")
def test_idle_tls_clients_cost_no_thread(serve: Serve, dial_tls: Dial, server_tls: ssl.SSLContext, ask: Ask) -> None:
    """Before the handshake and after it, answered and not; all of them are served when they speak."""
    server = serve(ssl_context=server_tls)
    handshaken = [dial_tls(server) for _ in range(150)]
    assert settles()
    for _ in range(2):
        assert {ask(client)[0] for client in handshaken} == {200}
        assert settles()


@pytest.mark.usefixtures("many_files")
def test_a_thousand_device_pollers_at_once(crowd: Crowd) -> None:
    """Everybody polls at the same moment, and everybody hears what the provider has to say."""
    with Provider(device_interval=0, algorithm="ES256") as provider:
        provider.user.ignores()
        clients = crowd(provider.address, 1000)
        codes = [device_code(provider, clients[0]) for _ in clients]
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "cli"}
        for client, code in zip(clients, codes, strict=True):
            client.sendall(request_bytes(provider.url("token"), form={**form, "device_code": code}))
        answers = [client.recv(65536) for client in clients]
        pending = [b'"error":"authorization_pending"' in answer for answer in answers]
        assert (pending.count(True), provider.journal.count(endpoint="token", status=400)) == (1000, 1000)
        assert settles()


def device_code(provider: Provider, client: socket.socket) -> str:
    """A device code of client `cli`, asked for on a connection that stays open."""
    client.sendall(request_bytes(provider.url("device_authorization"), form={"client_id": "cli"}))
    return str(json.loads(client.recv(65536).partition(b"\r\n\r\n")[2])["device_code"])


# Clients that hold their threads up


def test_requests_that_wait_keep_nobody_waiting(serve: Serve, dial: Dial, ask: Ask) -> None:
    """More requests are held than threads are usual; the next one is answered, and in the end all are."""
    held: list[Connection] = []

    def handle(request: Request) -> Answer:
        if request.path == "/held":
            held.append(request.connection)
            request.connection.wait(None)
        return Answer(body=b"done")

    server = serve(handle)
    waiting = [dial(server) for _ in range(USUAL + 20)]
    for client in waiting:
        client.sendall(b"GET /held HTTP/1.1\r\nHost: fake\r\n\r\n")
    assert ask(dial(server))[0] == 200
    while len(held) < len(waiting):
        time.sleep(0.001)
    for connection in held:
        connection.wake()
    assert {answer_line(client) for client in waiting} == {b"HTTP/1.1 200 OK"}
    assert settles()


def test_half_requests_keep_nobody_waiting(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Clients that begin and never go on hold more threads than are usual; the next one is answered."""
    server = serve()
    for client in [dial(server) for _ in range(3 * USUAL)]:
        client.sendall(GET[:20])
    assert ask(dial(server))[0] == 200


# The limit


def test_the_limit_bounds_descriptors_and_threads(serve: Serve, dial: Dial, ask: Ask, crowd: Crowd) -> None:
    """Beyond it a few are told so; whoever comes then waits in the backlog, and hears once there is room."""
    server = serve(limits=Limits(connections=4))
    before = len(open_files())
    welcome = [dial(server) for _ in range(4)]
    assert {ask(client)[0] for client in welcome} == {200}
    turned_away = crowd((server.host, server.port), 200)
    late = dial(server)
    late.sendall(GET)
    clients = len(welcome) + len(turned_away) + 1
    settles()
    assert len(open_files()) - before - clients <= 4 + 32
    assert threading.active_count() <= SETTLED + 32
    for client in (*welcome, *turned_away):
        client.close()
    assert answer_line(late) in (b"HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable")
    while b" 200 " not in answer_line(late := dial(server), GET):
        late.close()


def test_silence_beyond_the_limit_does_not_last(serve: Serve, dial: Dial, crowd: Crowd) -> None:
    """Whoever is turned away has a second to ask for something; then those behind them have their turn."""
    server = serve(limits=Limits(connections=1))
    crowd((server.host, server.port), 40)
    assert answer_line(dial(server), GET) == b"HTTP/1.1 503 Service Unavailable"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_hook_that_raises_costs_one_connection(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Even a hundred times: no connection and no thread is lost to it."""

    def handle(request: Request) -> Answer:
        if request.path == "/broken":
            raise ValueError("broken")
        return Answer()

    def on_error(error: BaseException) -> None:
        raise error

    server = serve(handle, on_error=on_error, limits=Limits(connections=USUAL + 20))
    for _ in range(USUAL + 40):
        with dial(server) as client:
            assert answer_line(client, GET.replace(b"/ ", b"/broken ", 1)) == b"HTTP/1.1 500 Internal Server Error"
    assert ask(dial(server))[0] == 200


def test_the_advice_can_be_followed(serve: Serve, say: Say, dial: Dial, ask: Ask) -> None:
    """It names the setting; with that raised, the same clients are all served."""
    server = serve(limits=Limits(connections=1))
    first = dial(server)
    assert ask(first)[0] == 200
    refusal = say(server, GET)
    assert refusal.startswith(b"HTTP/1.1 503 ")
    assert b"1 connections are open, which is the limit" in refusal
    assert b"`connection_limit` of the provider" in refusal
    with Provider(connection_limit=1) as provider, contextlib.ExitStack() as clients:
        wires = [clients.enter_context(Wire(provider.origin)) for _ in range(2)]
        assert [wire.ask(request_bytes(provider.url("jwks"))).status for wire in wires] == [200, 503]
    with Provider(connection_limit=2) as provider, contextlib.ExitStack() as clients:
        wires = [clients.enter_context(Wire(provider.origin)) for _ in range(2)]
        assert [wire.ask(request_bytes(provider.url("jwks"))).status for wire in wires] == [200, 200]


def test_the_limit_is_what_the_process_may_open(serve: Serve, say: Say, crowd: Crowd) -> None:
    """Where the system allows fewer files than connections, the refusal comes in time and says which limit it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    crowd((server.host, server.port), 256 - 96)
    refusal = say(server, GET)
    assert b"160 connections are open, which is the limit; close idle ones, or let this process have" in refusal
    assert b"more open files (`ulimit -n`)" in refusal
