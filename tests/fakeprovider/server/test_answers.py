"""Every request gets exactly one well-formed answer, and the connection stays open whenever it may."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from fakeprovider.server import Connection, Request, Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]


def test_an_answer_has_no_header_but_its_own_and_its_length(serve: Serve, dial: Dial) -> None:
    """Head and body arrive together, with nothing a test could not foresee, such as a date."""
    connection = dial(serve(lambda _: Answer(201, [("X-A", "1")], b"body")))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n")
    assert connection.recv(1000) == b"HTTP/1.1 201 Created\r\nX-A: 1\r\nContent-Length: 4\r\n\r\nbody"


def test_one_connection_serves_many_requests(serve: Serve, dial: Dial, ask: Ask) -> None:
    """HTTP/1.1 connections are kept alive (RFC 9112 9.3)."""
    connection = dial(serve())
    assert [ask(connection, f"/{number}")[1]["path"] for number in range(5)] == ["/0", "/1", "/2", "/3", "/4"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"Connection: close"),
        (b"GET / HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n", b"Connection: close"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n", b"Connection: keep-alive"),
    ],
)
def test_the_client_decides_whether_the_connection_stays(serve: Serve, say: Say, head: bytes, expected: bytes) -> None:
    """HTTP/1.0 closes unless asked to stay, HTTP/1.1 stays unless asked to close; the answer says which."""
    answers = say(serve(), head)
    assert expected in answers.split(b"\r\n\r\n")[0]
    assert answers.count(b"HTTP/1.1 200 OK") == head.count(b"GET")


@pytest.mark.parametrize(
    ("status", "method", "length"),
    [(200, b"HEAD", b"Content-Length: 4\r\n"), (204, b"GET", b""), (304, b"GET", b"")],
)
def test_some_answers_have_no_body(serve: Serve, say: Say, status: int, method: bytes, length: bytes) -> None:
    """HEAD gets the head of a GET; 204 and 304 have neither body nor length (RFC 9110 6.4.1, 8.6)."""
    answer = say(serve(lambda _: Answer(status, body=b"body")), method + b" / HTTP/1.0\r\n\r\n")
    assert answer.endswith(b"\r\n" + length + b"Connection: close\r\n\r\n")


@pytest.mark.parametrize("status", [299, 418, 599, 999])
def test_any_status_can_be_sent(serve: Serve, dial: Dial, ask: Ask, status: int) -> None:
    """Also one without a name."""
    assert ask(dial(serve(lambda _: Answer(status))))[0] == status


def test_a_big_answer_arrives_whole(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Longer than any socket buffer."""
    connection = dial(serve(lambda _: Answer(body=b"x" * 20_000_000)))
    assert len(ask(connection)[1]) == 20_000_000
    assert ask(connection)[0] == 200


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3), pytest.fail.Exception("no")], ids=repr)
def test_an_exception_in_the_handler_is_a_500(serve: Serve, dial: Dial, ask: Ask, error: BaseException) -> None:
    """Whatever a handler raises, the client gets an answer, the hook gets the error, and the next client is served."""
    errors: list[BaseException] = []

    def handle(request: Request) -> Answer:
        if request.path == "/boom":
            raise error
        return Answer()

    server = serve(handle, on_error=errors.append)
    status, said = ask(dial(server), "/boom")
    assert (status, errors) == (500, [error])
    assert type(error).__name__ in said
    assert ask(dial(server))[0] == 200


def test_an_exception_without_a_hook_is_printed(serve: Serve, say: Say, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing that goes wrong is swallowed."""

    def handle(request: Request) -> Answer:
        raise RuntimeError("boom")

    assert say(serve(handle), b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 500 ")
    assert "RuntimeError: boom" in capfd.readouterr().err


def test_a_header_cannot_be_smuggled_into_an_answer(serve: Serve, say: Say) -> None:
    """A line break in a header value is our mistake: a 500, and the hook is told which header."""
    errors: list[BaseException] = []
    server = serve(lambda _: Answer.redirect("/x\r\nSet-Cookie: evil=1"), on_error=errors.append)
    answer = say(server, b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"evil" not in answer
    assert "Location" in str(errors[0])


def test_a_failed_delivery_closes_the_connection(serve: Serve, say: Say) -> None:
    """Once bytes are out nothing can be taken back: no second answer follows the half one."""
    errors: list[BaseException] = []

    def half(connection: Connection, answer: Answer) -> None:
        connection.write(b"HTTP/1.1 200 OK\r\n")
        raise RuntimeError("half way")

    server = serve(lambda _: Answer(deliver=half), on_error=errors.append)
    assert say(server, b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n") == b"HTTP/1.1 200 OK\r\n"
    assert str(errors[0]) == "half way"


def test_a_delivery_that_writes_nothing_closes_without_an_answer(serve: Serve, say: Say) -> None:
    """An answer that a fault dropped is a plain FIN for the client, not silence."""
    server = serve(lambda _: Answer(deliver=lambda *_: None))
    assert say(server, b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n") == b""


def test_a_delivery_that_sends_keeps_the_connection(serve: Serve, dial: Dial, ask: Ask) -> None:
    """A fault that only delays leaves a connection as good as new."""

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.send(answer)

    connection = dial(serve(lambda _: Answer(deliver=deliver)))
    assert [ask(connection)[0], ask(connection)[0]] == [200, 200]
