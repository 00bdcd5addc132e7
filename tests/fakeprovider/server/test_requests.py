"""Any request that HTTP/1.1 allows reaches the handler whole, and none that it does not."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from fakeprovider.server import Connection, Request, Server
from fakeprovider.server.answer import Answer

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]

LAST = b"Host: fake\r\nConnection: close\r\n"


def body_of(answer: bytes) -> Any:
    """The JSON of an answer as it came."""
    return json.loads(answer.rpartition(b"\r\n\r\n")[2])


def test_a_request_reaches_the_handler(serve: Serve, say: Say) -> None:
    """Method, path, query, host and body arrive as they were sent."""
    answer = say(serve(), b"POST /a%20b%C3%A9?x=%31 HTTP/1.1\r\n" + LAST + b"Content-Length: 3\r\n\r\nabc")
    assert body_of(answer) == {
        "method": "POST", "path": "/a bé", "query": "x=%31", "host": "fake", "body": "abc", "protocol": "HTTP/1.1",
    }  # fmt: skip


def test_a_request_may_come_byte_by_byte(serve: Serve, dial: Dial, hear: Callable[[socket.socket], bytes]) -> None:
    """Where packets end means nothing."""
    connection = dial(serve())
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in b"POST /path HTTP/1.1\r\n" + LAST + b"Content-Length: 3\r\n\r\nabc":
        connection.send(bytes([byte]))
    answer = body_of(hear(connection))
    assert (answer["path"], answer["body"]) == ("/path", "abc")


def test_a_chunked_body_is_put_together(serve: Serve, say: Say) -> None:
    """Chunks become one body; a trailer field is no header field (RFC 9112 7.1)."""
    chunks = b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTransfer: no\r\n\r\n"
    answer = say(serve(), b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + LAST + b"\r\n" + chunks)
    assert body_of(answer)["body"] == "abcde"


def test_the_form_of_a_chunked_request_is_read(serve: Serve, say: Say) -> None:
    """A form needs no Content-Length."""
    server = serve(lambda request: Answer.json(request.form.to_dict()))
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    assert body_of(say(server, head + LAST + b"\r\n3\r\na=b\r\n0\r\n\r\n")) == {"a": "b"}


def test_a_client_that_asks_is_told_to_go_on(serve: Serve, dial: Dial, hear: Callable[[socket.socket], bytes]) -> None:
    """`Expect: 100-continue` is answered before the body comes (RFC 9110 10.1.1)."""
    connection = dial(serve())
    connection.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + LAST + b"\r\n")
    assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"abc")
    assert body_of(hear(connection))["body"] == "abc"


def test_a_client_whose_body_is_too_long_is_not_told_to_go_on(serve: Serve, say: Say) -> None:
    """The answer to `Expect: 100-continue` is the refusal itself (RFC 9110 10.1.1)."""
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n" + LAST + b"\r\n"
    assert say(serve(), head).startswith(b"HTTP/1.1 413 ")


def test_pipelined_requests_are_answered_in_order(serve: Serve, say: Say) -> None:
    """Requests sent without waiting get their answers one after another (RFC 9112 9.3.2)."""
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: fake\r\n\r\n" % number for number in range(2000))
    answers = say(serve(lambda request: Answer(body=request.path.encode())), requests + b"GET /e HTTP/1.0\r\n\r\n")
    assert [part.partition(b"HTTP/")[0] for part in answers.split(b"\r\n\r\n")[1:]] == [
        *(b"/%d" % number for number in range(2000)),
        b"/e",
    ]


def test_a_request_behind_another_is_waited_for(
    serve: Serve, dial: Dial, hear: Callable[[socket.socket], bytes]
) -> None:
    """Half a request that came with a whole one becomes a request when its other half comes."""
    connection = dial(serve(lambda request: Answer(body=request.path.encode())))
    connection.sendall(b"GET /one HTTP/1.1\r\nHost: fake\r\n\r\nGET /two HTT")
    assert connection.recv(1000).endswith(b"/one")
    connection.sendall(b"P/1.1\r\n" + LAST + b"\r\n")
    assert hear(connection).endswith(b"/two")


@pytest.mark.parametrize("count", [1, 3000])
def test_an_offer_to_upgrade_is_ignored(serve: Serve, say: Say, count: int) -> None:
    """HTTP/1.1 goes on after `Upgrade: h2c`, however often it is offered (RFC 9110 7.8)."""
    offer = b"GET /1 HTTP/1.1\r\nHost: fake\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
    server = serve(lambda request: Answer(body=request.path.encode()))
    answers = say(server, offer * count + b"GET /2 HTTP/1.1\r\n" + LAST + b"\r\n")
    assert answers.count(b"HTTP/1.1 200 OK") == count + 1
    assert answers.endswith(b"/2")


@pytest.mark.parametrize(
    "body", [b"Content-Length: 3\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
def test_an_offer_to_upgrade_may_come_with_a_body(serve: Serve, say: Say, body: bytes) -> None:
    """`curl --http2 -d` does so; body and header fields arrive as they were sent."""
    server = serve(lambda request: Answer(body=request.get_data() + request.headers["Upgrade"].encode()))
    offer = b"POST / HTTP/1.1\r\nHost: fake\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
    assert say(server, offer + body + offer + b"Connection: close\r\n" + body).count(b"abch2c") == 2


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"/", "/", "fake"),
        (b"//evil.example/x", "/evil.example/x", "fake"),
        (b"/%", "/%", "fake"),
        (b"/%zz%2", "/%zz%2", "fake"),
        (b"/%00%ff", "/\x00\N{REPLACEMENT CHARACTER}", "fake"),
        (b"/a/../b", "/a/../b", "fake"),
        (b"*", "/*", "fake"),
        (b"http://other:81/x?y", "/x", "other:81"),
        (b"http://other", "/", "other"),
        (b"http://other?q", "/", "other"),
        (b"/?next=http://x/", "/", "fake"),
    ],
)
def test_odd_targets_reach_the_handler(serve: Serve, say: Say, target: bytes, path: str, host: str) -> None:
    """Every form of request target is taken, and the absolute form replaces Host (RFC 9112 3.2)."""
    method = b"OPTIONS " if target == b"*" else b"GET "
    answer = body_of(say(serve(), method + target + b" HTTP/1.1\r\n" + LAST + b"\r\n"))
    assert (answer["path"], answer["host"]) == (path, host)


def test_connect_reaches_the_handler(serve: Serve, say: Say) -> None:
    """A client that takes us for a proxy gets an answer."""
    answer = body_of(say(serve(), b"CONNECT auth.example:443 HTTP/1.1\r\n" + LAST + b"\r\n"))
    assert (answer["method"], answer["path"]) == ("CONNECT", "/auth.example:443")


def request_of(serve: Serve, say: Say, fields: bytes) -> Request:
    """The request with these header fields, as a handler sees it."""
    seen: list[Request] = []

    def handle(request: Request) -> Answer:
        seen.append(request)
        return Answer()

    say(serve(handle), b"GET / HTTP/1.1\r\n" + LAST + fields + b"\r\n")
    return seen[0]


def test_repeated_header_fields_are_joined_and_kept(serve: Serve, say: Say) -> None:
    """The environ joins them (RFC 9110 5.3, cookies RFC 6265), and `raw_headers` has each as it came."""
    request = request_of(serve, say, b"X-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCookie: b=2\r\n")
    assert (request.environ["HTTP_X_A"], request.environ["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")
    assert request.raw_headers[2:4] == [("X-A", "1"), ("x-a", "2")]


def test_an_underscore_does_not_pose_as_a_dash(serve: Serve, say: Say) -> None:
    """`X_Real: 1` cannot be mistaken for `X-Real`, but the list of what arrived has it."""
    request = request_of(serve, say, b"X_Real: 1\r\n")
    assert "HTTP_X_REAL" not in request.environ
    assert ("X_Real", "1") in request.raw_headers


def test_header_bytes_beyond_ascii_survive(serve: Serve, say: Say) -> None:
    """Obsolete text in a header field is Latin-1, as WSGI wants it (PEP 3333)."""
    assert request_of(serve, say, b"X-A: \xff\xe9\r\n").environ["HTTP_X_A"] == "ÿé"


def test_a_request_knows_its_connection_and_its_time(serve: Serve, say: Say) -> None:
    """A handler can reach the connection and knows when the request was whole."""
    before = time.monotonic()
    request = request_of(serve, say, b"")
    assert isinstance(request.connection, Connection)
    assert request.connection.peer == (request.environ["REMOTE_ADDR"], int(request.environ["REMOTE_PORT"]))
    assert before <= request.received_at <= time.monotonic()


def test_a_request_of_a_plain_environ_has_no_connection() -> None:
    """What came through another server has a body and header fields, and says why there is nothing to wait on."""
    request = Request(EnvironBuilder("/", method="POST", data=b"a=1", headers=[("X-A", "1")]).get_environ())
    assert (request.body, ("X-A", "1") in request.raw_headers) == (b"a=1", True)
    with pytest.raises(RuntimeError, match="came without a connection of ours"):
        request.connection  # noqa: B018 - asking is the point


@pytest.mark.parametrize(
    ("request_bytes", "status", "words"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400, b"0 Host header fields arrived, expected exactly one"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, b"2 Host header fields arrived"),
        (b"GET /\r\n\r\n", 505, b"HTTP/0.9 arrived, HTTP/1.1 is spoken here"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, b"Invalid HTTP version"),
        (b"GET relative HTTP/1.1\r\n\r\n", 400, b"Invalid characters in url"),
        (b"GET /\xff HTTP/1.1\r\n\r\n", 400, b"Invalid char in url path"),
        (b"BREW / HTTP/1.1\r\n\r\n", 400, b"Invalid method"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, b"Duplicate Content-Length"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, b"Content-Length"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, b"Transfer-Encoding"),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400, b"whitespace"),
    ],
)
def test_a_bad_request_is_told_what_was_wrong(
    serve: Serve, say: Say, request_bytes: bytes, status: int, words: bytes
) -> None:
    """What is no HTTP/1.1 request never reaches the handler; a short plain text says why, and the connection closes."""
    answer = say(serve(), request_bytes)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert words in answer
    assert b"Connection: close" in answer


def test_requests_before_a_bad_one_are_answered(serve: Serve, say: Say) -> None:
    """A bad request takes nothing away from those sent before it."""
    answers = say(serve(), b"GET /1 HTTP/1.1\r\nHost: fake\r\n\r\nrubbish\r\n\r\n")
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"400"]
