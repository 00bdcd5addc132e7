"""What wire faults are made of does on the wire what it says."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakeprovider.server import Connection, Request, Server
from fakeprovider.server.answer import Answer
from fakeprovider.server.poller import Waker

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
DialTls = Callable[[Server], ssl.SSLSocket]
Say = Callable[[Server, bytes], bytes]
Ask = Callable[..., tuple[int, Any]]
Hear = Callable[[socket.socket], bytes]
Deliver = Callable[[Connection, Answer], None]

RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds
GET = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"


def delivering(deliver: Deliver) -> Callable[[Request], Answer]:
    """A handler whose answers are put on the wire by `deliver`."""
    return lambda _: Answer(200, [("X-A", "1")], b"0123456789", deliver)


def below_tls(connection: ssl.SSLSocket) -> None:
    """Read to the end of the TCP stream under TLS."""
    while socket.socket.recv(connection, 1000):
        pass


def test_reset_is_a_true_reset(serve: Serve, dial: Dial) -> None:
    """The client sees ECONNRESET, not the end of a stream."""
    connection = dial(serve(delivering(lambda connection, _: connection.reset())))
    connection.sendall(GET)
    with pytest.raises(ConnectionResetError):
        connection.recv(1000)


def test_reset_under_tls_says_no_goodbye(serve: Serve, dial_tls: DialTls, server_tls: ssl.SSLContext) -> None:
    """Below TLS the connection is reset, without close_notify."""
    connection = dial_tls(serve(delivering(lambda connection, _: connection.reset()), ssl_context=server_tls))
    connection.sendall(GET)
    with pytest.raises(ConnectionResetError):  # read below TLS: Python's ssl module says SSLEOFError for a reset
        below_tls(connection)


def test_reset_in_the_middle_of_an_answer(serve: Serve, dial: Dial) -> None:
    """What was written first arrives first."""

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(connection.head(answer) + b"012")
        arrived.wait(10)
        connection.reset()

    arrived = threading.Event()
    connection = dial(serve(delivering(deliver)))
    connection.sendall(GET)
    assert connection.recv(1000).endswith(b"\r\n\r\n012")
    arrived.set()
    with pytest.raises(ConnectionResetError):
        connection.recv(1000)


def test_close_is_an_orderly_end(serve: Serve, say: Say) -> None:
    """The stream ends without an answer, also when more requests were waiting to be read."""
    server = serve(delivering(lambda connection, _: connection.close()))
    assert [say(server, GET), say(server, GET * 2000), say(server, GET + b"x")] == [b"", b"", b""]


def test_close_under_tls_says_goodbye(serve: Serve, dial_tls: DialTls, server_tls: ssl.SSLContext) -> None:
    """close_notify comes before FIN, so that the client knows nothing was cut off (RFC 8446 6.1)."""
    connection = dial_tls(serve(delivering(lambda connection, _: connection.close()), ssl_context=server_tls))
    connection.sendall(GET)
    assert connection.recv(1000) == b""


def test_a_head_can_claim_any_length(serve: Serve, say: Say) -> None:
    """A body shorter than announced, and the connection closed on it."""

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(connection.head(answer, length=99))

    expected = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 99\r\nConnection: close\r\n\r\n"
    assert say(serve(delivering(deliver)), GET) == expected


def test_a_head_can_announce_chunks(serve: Serve, say: Say) -> None:
    """Chunks that never end can be written by hand."""

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.write(connection.head(answer, chunked=True) + b"3\r\n012\r\n")

    expected = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n012\r\n"
    assert say(serve(delivering(deliver)), GET) == expected


def test_waiting_lets_time_pass(serve: Serve, say: Say) -> None:
    """True when the seconds are over; then the answer still goes out."""
    waited: list[bool] = []

    def deliver(connection: Connection, answer: Answer) -> None:
        waited.append(connection.wait(0.01))
        waited.append(connection.wait(0))
        connection.send(answer)

    assert say(serve(delivering(deliver)), b"GET / HTTP/1.0\r\n\r\n").endswith(b"0123456789")
    assert waited == [True, True]


class Stall:
    """Stalls answers without end, and tells when it begins and how it ended."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.returned: list[bool] = []
        self._begun = threading.Event()
        self._over = threading.Event()

    def __call__(self, connection: Connection, answer: Answer) -> None:
        """The delivery."""
        self.connection = connection
        self._begun.set()
        self.returned.append(connection.wait(None))
        self._over.set()
        if self.returned[-1]:
            connection.send(answer)

    def begun(self) -> Connection:
        """The connection, once it is stalled."""
        assert self._begun.wait(10)
        assert self.connection is not None
        return self.connection

    def result(self) -> list[bool]:
        """What waiting returned."""
        assert self._over.wait(10)
        return self.returned


@pytest.mark.parametrize("unread", [b"", b"more", GET * 10])
def test_a_wait_ends_when_the_client_hangs_up(serve: Serve, dial: Dial, unread: bytes) -> None:
    """False, whatever the client had sent before."""
    stall = Stall()
    connection = dial(serve(delivering(stall)))
    connection.sendall(GET + unread)
    stall.begun()
    connection.close()
    assert stall.result() == [False]


def test_a_wait_ends_when_the_client_resets(serve: Serve, dial: Dial) -> None:
    """A client that was killed is noticed as well."""
    stall = Stall()
    connection = dial(serve(delivering(stall)))
    connection.sendall(GET)
    stall.begun()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    connection.close()
    assert stall.result() == [False]


def test_a_wait_under_tls_ends_when_the_client_hangs_up(
    serve: Serve, dial_tls: DialTls, server_tls: ssl.SSLContext
) -> None:
    """TLS or not, it is the TCP connection that is watched."""
    stall = Stall()
    connection = dial_tls(serve(delivering(stall), ssl_context=server_tls))
    connection.sendall(GET)
    stall.begun()
    connection.close()
    assert stall.result() == [False]


@pytest.mark.parametrize("end", [Server.stop, Server.down])
def test_a_wait_ends_when_the_server_does(serve: Serve, dial: Dial, hear: Hear, end: Callable[[Server], None]) -> None:
    """False, and the client is hung up on at once."""
    stall = Stall()
    server = serve(delivering(stall))
    connection = dial(server)
    connection.sendall(GET)
    stall.begun()
    end(server)
    assert hear(connection) == b""
    assert stall.result() == [False]


def test_a_wait_can_be_ended_from_outside(serve: Serve, dial: Dial) -> None:
    """`wake` lets a held answer go, as if its time had passed."""
    stall = Stall()
    connection = dial(serve(delivering(stall)))
    connection.sendall(GET)
    stall.begun().wake()
    assert connection.recv(1000).endswith(b"0123456789")
    assert stall.result() == [True]


def test_waking_before_the_wait_is_not_lost(serve: Serve, dial: Dial) -> None:
    """The next wait is over at once, and only that one."""
    waited: list[bool] = []

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.wake()
        connection.wake()
        waited.append(connection.wait(None))
        waited.append(connection.wait(0.001))
        connection.send(answer)

    connection = dial(serve(delivering(deliver)))
    connection.sendall(GET)
    assert connection.recv(1000).endswith(b"0123456789")
    assert waited == [True, True]


def test_waking_never_blocks() -> None:
    """However often, whether anybody waits or not: the pair behind it is full after a few hundred times."""
    with Waker() as waker:
        for _ in range(100_000):
            waker.wake()
        assert select.select([waker], [], [], 0)[0] == [waker]
        waker.drain()
        assert select.select([waker], [], [], 0)[0] == []
        waker.wake()
        assert select.select([waker], [], [], 0)[0] == [waker]


def test_a_handler_can_wait_before_it_answers(serve: Serve, dial: Dial) -> None:
    """The connection is in the environ, so stalling needs no delivery, and stop() ends it."""
    waiting = threading.Event()

    def handle(request: Request) -> Answer:
        waiting.set()
        request.connection.wait(None)
        return Answer()

    server = serve(handle)
    dial(server).sendall(GET)
    assert waiting.wait(10)
    server.stop()
    assert not server.running


def test_nothing_raises_once_the_connection_is_over(serve: Serve, say: Say) -> None:
    """Every primitive can be called on a closed connection; the returned values tell."""
    said: list[object] = []

    def deliver(connection: Connection, answer: Answer) -> None:
        connection.close()
        said.extend([connection.closed, connection.write(b"x"), connection.send(answer), connection.wait(None)])
        connection.reset()
        connection.close()
        connection.wake()

    errors: list[BaseException] = []
    server = serve(delivering(deliver), on_error=errors.append)
    assert say(server, GET) == b""
    server.stop()
    assert (said, errors) == ([True, False, False, False], [])


def test_writing_to_a_client_that_left_is_noticed(serve: Serve, dial: Dial) -> None:
    """A drip fault learns from `write` that it can stop."""
    noticed = threading.Event()

    def deliver(connection: Connection, answer: Answer) -> None:
        while connection.write(b"x" * 65536):
            pass
        noticed.set()

    connection = dial(serve(delivering(deliver)))
    connection.sendall(GET)
    connection.recv(1)
    connection.close()
    assert noticed.wait(10)


def test_the_peer_is_the_client(serve: Serve, dial: Dial, ask: Ask) -> None:
    """Address and port as the client's own socket has them."""
    server = serve(lambda request: Answer(body=repr(request.connection.peer).encode()))
    connection = dial(server)
    assert ask(connection)[1] == repr(connection.getsockname())


def test_greet_may_let_a_connection_in(serve: Serve, dial: Dial, ask: Ask) -> None:
    """It sees the bare socket before anything is read."""
    greeted: list[socket.socket] = []

    def greet(raw: socket.socket) -> bool:
        greeted.append(raw)
        return True

    assert ask(dial(serve(greet=greet)))[0] == 200
    assert len(greeted) == 1


def test_greet_may_cut_a_handshake(serve: Serve, dial_tls: DialTls, server_tls: ssl.SSLContext) -> None:
    """False keeps TLS from ever beginning, and the connection is closed."""

    def greet(raw: socket.socket) -> bool:
        raw.recv(5)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        raw.close()
        return False

    with pytest.raises((ConnectionError, ssl.SSLEOFError)):
        dial_tls(serve(ssl_context=server_tls, greet=greet))


def test_a_greet_that_raises_closes_the_connection(serve: Serve, say: Say) -> None:
    """The error goes where those of handlers go."""
    errors: list[BaseException] = []

    def greet(raw: socket.socket) -> bool:
        raise RuntimeError("no greeting")

    assert say(serve(greet=greet, on_error=errors.append), b"") == b""
    assert [str(error) for error in errors] == ["no greeting"]


def test_a_greet_that_stalls_is_ended_by_stop(serve: Serve, dial: Dial, hear: Hear) -> None:
    """A blocking read in the hook returns when the server stops."""
    greeting = threading.Event()

    def greet(raw: socket.socket) -> bool:
        greeting.set()
        with contextlib.suppress(OSError):
            while raw.recv(1000):
                pass
        return False

    server = serve(greet=greet)
    connection = dial(server)
    connection.sendall(GET)
    assert greeting.wait(10)
    server.stop()
    with contextlib.suppress(ConnectionResetError):
        assert hear(connection) == b""


def test_tls_serves_like_plain(serve: Serve, dial_tls: DialTls, server_tls: ssl.SSLContext, ask: Ask) -> None:
    """The same requests over one TLS connection, and the scheme says https."""
    server = serve(lambda request: Answer(body=request.url.encode()), ssl_context=server_tls)
    connection = dial_tls(server)
    assert [ask(connection, f"/{number}")[1] for number in range(3)] == [f"https://fake/{n}" for n in range(3)]
