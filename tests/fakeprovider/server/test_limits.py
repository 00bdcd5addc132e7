"""No client can hold more of the server than its limits allow, and each is told which one it met."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakeprovider.server import Limits, Request, Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]
Hear = Callable[[socket.socket], bytes]

POST = b"POST / HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "body", [b"Content-Length: 11\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n"]
)
def test_a_long_body_is_refused(serve: Serve, say: Say, body: bytes) -> None:
    """413 as soon as the length is known, announced or counted."""
    answer = say(serve(limits=Limits(body_bytes=10)), POST + body)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"the request body is longer than 10 bytes\n")


def test_a_body_of_just_the_limit_is_taken(serve: Serve, say: Say) -> None:
    """A limit is what may still come."""
    answer = say(serve(limits=Limits(body_bytes=10)), POST + b"Content-Length: 10\r\n\r\n1234567890")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_refusal_can_be_read_while_the_body_is_still_sent(serve: Serve, say: Say) -> None:
    """The answer is not lost to a reset although megabytes are on their way (RFC 9112 9.6)."""
    answer = say(serve(), POST + b"Content-Length: 5000000\r\n\r\n" + b"x" * 5_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("end", [b"\r\n\r\n", b""], ids=["whole", "endless"])
def test_a_long_head_is_refused(serve: Serve, say: Say, end: bytes) -> None:
    """431, also when the head never ends."""
    answer = say(serve(limits=Limits(header_bytes=1000)), POST + b"X-A: " + b"x" * 200_000 + end)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert answer.endswith(b"the request head is longer than 1000 bytes\n")


@pytest.mark.parametrize(
    ("begin", "on_and_on"),
    [(b"0\r\n", b"X-A: b\r\n"), (b"0\r\nX-A: ", b"b" * 8), (b"0\r\n", b"b" * 8), (b"1;", b"e" * 8)],
    ids=["trailers", "a trailer", "the name of one", "a chunk extension"],
)
def test_an_endless_end_is_refused(serve: Serve, say: Say, begin: bytes, on_and_on: bytes) -> None:
    """431 for trailer fields and chunk extensions that go on, as for a head: they are no body, and take memory."""
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    answer = say(serve(limits=Limits(header_bytes=1000)), chunked + begin + on_and_on * 50_000)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert answer.endswith(b"chunk extensions and trailer fields of the request are longer than 1000 bytes\n")


def test_small_chunks_are_no_endless_end(serve: Serve, say: Say) -> None:
    """However a body is cut, and with a trailer field: what frames the chunks is not held against it."""
    body = b"1\r\nx\r\n" * 50_000 + b"0\r\nX-Checksum: 1\r\n\r\n"
    answer = say(serve(limits=Limits(header_bytes=1000)), POST + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_long_target_is_refused(serve: Serve, say: Say) -> None:
    """The request line counts as part of the head."""
    server = serve(limits=Limits(header_bytes=1000))
    assert say(server, b"GET /" + b"x" * 1000 + b" HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("begun", [b"G", b"GET / HTTP/1.1\r\nHo", POST + b"Content-Length: 2\r\n\r\n1"])
def test_a_slow_sender_is_cut_off(serve: Serve, say: Say, begun: bytes) -> None:
    """A request that was begun and does not end is answered 408."""
    answer = say(serve(limits=Limits(request_seconds=0.05)), begun)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"within 0.05 seconds" in answer


def test_dripping_buys_no_time(serve: Serve, dial: Dial, hear: Hear) -> None:
    """The time is for the whole request, not for each byte of it."""
    connection = dial(serve(limits=Limits(request_seconds=0.05)))
    drip = threading.Event()

    def keep_dripping() -> None:
        while not drip.wait(0.005):
            try:
                connection.send(b"x")
            except OSError:
                return

    connection.sendall(b"GET /")
    dripping = threading.Thread(target=keep_dripping)
    dripping.start()
    try:
        assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")
    finally:
        drip.set()
        dripping.join()


def test_a_slow_second_request_is_cut_off(serve: Serve, say: Say) -> None:
    """Half a request behind a whole one gets no more time than any other."""
    server = serve(limits=Limits(request_seconds=0.05))
    answers = say(server, b"GET / HTTP/1.1\r\nHost: fake\r\n\r\nGET")
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"408"]


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"])
def test_an_idle_connection_is_closed(serve: Serve, say: Say, first: bytes) -> None:
    """Silence between requests ends in a FIN, without an answer nobody asked for."""
    answers = say(serve(limits=Limits(idle_seconds=0.25)), first)
    assert answers.count(b"HTTP/1.1 ") == (1 if first else 0)


def test_a_slow_request_does_not_shorten_the_next_idle_time(serve: Serve, dial: Dial, ask: Ask) -> None:
    """After a request in two parts the connection may be idle for as long as before."""

    def handle(request: Request) -> Answer:
        return Answer(body=str(float(request.connection._patience)).encode())

    connection = dial(serve(handle, limits=Limits(request_seconds=20, idle_seconds=60)))
    connection.sendall(b"GET / HTTP/1.1\r\n")
    assert ask(connection, method="X-Rest:") == (200, "60.0")


def test_connections_beyond_the_limit_are_told_so(serve: Serve, dial: Dial, ask: Ask, say: Say) -> None:
    """One request is answered 503 with the reason; a connection that closes makes room."""
    server = serve(limits=Limits(connections=2))
    first, second = dial(server), dial(server)
    assert (ask(first)[0], ask(second)[0]) == (200, 200)
    answer = say(server, b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"2 connections are open, which is the limit" in answer
    first.sendall(b"GET / HTTP/1.0\r\n\r\n")
    while first.recv(1000):
        pass
    assert ask(second)[0] == 200
    assert any(say(server, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ") for _ in range(1000))


def test_a_client_that_does_not_read_is_given_up(serve: Serve, dial: Dial) -> None:
    """An answer that nobody takes does not hold its thread for ever."""
    given_up = threading.Event()

    def deliver(connection: Any, answer: Answer) -> None:
        if not connection.send(answer):
            given_up.set()

    server = serve(lambda _: Answer(body=b"x" * 50_000_000, deliver=deliver), limits=Limits(idle_seconds=0.25))
    dial(server).sendall(b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n")
    assert given_up.wait(10)


@pytest.mark.parametrize("name", ["body_bytes", "header_bytes", "request_seconds", "idle_seconds", "connections"])
def test_a_limit_must_be_above_zero(name: str) -> None:
    """A limit of nothing would refuse everybody, and says so before it does."""
    with pytest.raises(ValueError, match=rf"Limits\({name}=0\): expected a number above zero"):
        Limits(**{name: 0})


def test_refusals_reach_the_noise_hook_and_not_the_handler(serve: Serve, say: Say) -> None:
    """What the handler never sees is still accounted for: the bytes and the reason."""
    noise: list[tuple[bytes, str]] = []
    handled: list[Request] = []

    def handle(request: Request) -> Answer:
        handled.append(request)
        return Answer()

    server = serve(handle, limits=Limits(body_bytes=10), on_noise=lambda *told: noise.append(told))
    say(server, POST + b"Content-Length: 11\r\n\r\n")
    assert (noise, handled) == (
        [(POST + b"Content-Length: 11\r\n\r\n", "the request body is longer than 10 bytes")],
        [],
    )
