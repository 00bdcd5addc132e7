"""Many clients, many requests and much rubbish do not wear the server out."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from fakeprovider.server import Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Ask = Callable[..., tuple[int, Any]]

SEEDS = range(40)
VALID = (
    b"POST /token?a=b HTTP/1.1\r\nHost: fake\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nCookie: a=1\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
)


def test_fifty_clients_at_once(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Everybody gets their own answers while all connections are open."""
    server = serve()
    connections = [dial(server) for _ in range(50)]

    def talk(number: int) -> set[str]:
        return {ask(connections[number], f"/{number}")[1]["path"] for _ in range(20)}

    with ThreadPoolExecutor(50) as clients:
        assert list(clients.map(talk, range(50))) == [{f"/{number}"} for number in range(50)]


def test_ten_thousand_requests_do_not_grow_it(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Memory stays within a few megabytes, on one connection and on many."""
    answer = Answer(body=b"x" * 1500)
    server = serve(lambda _: answer)
    process = psutil.Process()

    def round_of_requests(count: int) -> None:
        connection = dial(server)
        for _ in range(count):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n")
            while not connection.recv(65536).endswith(b"x"):
                pass
        connection.close()

    round_of_requests(1000)
    before = process.memory_info().rss
    round_of_requests(8500)
    for _ in range(100):
        round_of_requests(5)
    assert process.memory_info().rss - before < 8 * 1024 * 1024


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
def test_stopping_at_any_moment_stops(serve: Serve, dial: Dial, server_tls: ssl.SSLContext, *, encrypted: bool) -> None:
    """No connection is so new that stop() misses it."""
    for begun in (b"", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n") * 50:
        server = serve(ssl_context=server_tls if encrypted else None)
        connection = dial(server)
        connection.sendall(begun)
        server.stop()
        connection.close()


def rubbish(dice: random.Random) -> bytes:
    """Random bytes, or a valid request with a few bytes changed, cut or repeated."""
    if dice.random() < 0.3:
        return dice.randbytes(dice.randrange(1, 2000))
    broken = bytearray(VALID * dice.randrange(1, 4))
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(broken))
        if dice.random() < 0.5:
            broken[at] = dice.randrange(256)
        else:
            broken[at:at] = dice.choice([b"\r\n", b"\0", b"\xff" * 9, b"%", b":", b"  ", b"0\r\n\r\n", VALID[:at]])
    return bytes(broken[: dice.randrange(1, len(broken) + 1)])


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
def test_rubbish_never_breaks_it(
    serve: Serve, dial: Dial, dial_tls: Dial, ask: Ask, server_tls: ssl.SSLContext, *, encrypted: bool
) -> None:
    """Whatever bytes come, that connection ends without an error and the server serves the next client."""
    errors: list[BaseException] = []
    noise: list[str] = []
    server = serve(
        ssl_context=server_tls if encrypted else None,
        on_error=errors.append,
        on_noise=lambda _, reason: noise.append(reason),
    )

    def throw(seed: int) -> None:
        with (
            socket.create_connection((server.host, server.port), 10) as connection,
            contextlib.suppress(ConnectionError),
        ):
            connection.sendall(rubbish(random.Random(seed)))  # noqa: S311  a fixed seed is the point
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    with ThreadPoolExecutor(10) as clients:
        list(clients.map(throw, SEEDS))
    assert ask((dial_tls if encrypted else dial)(server))[0] == 200
    assert errors == []
    assert noise
