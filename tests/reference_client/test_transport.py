"""The way out to the network: bounded, direct, and without fallback."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import trustme

from reference_client.errors import BrokenAnswerError, NoAnswerError
from reference_client.transport import Transport
from tests.support.stub_provider import Reply, StubProvider


@pytest.fixture
def transport(home: Path) -> Iterator[Transport]:
    """A transport with patience."""
    transport = Transport(timeout=10)
    yield transport
    transport.close()


@pytest.fixture
def impatient(home: Path) -> Iterator[Transport]:
    """A transport that gives up after a second, the time a busy machine may need for what does work."""
    transport = Transport(timeout=1)
    yield transport
    transport.close()


@pytest.fixture
def over() -> Iterator[Event]:
    """Set when the test is over: what hangs until then hangs longer than any patience."""
    over = Event()
    yield over
    over.set()


def stall(over: Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer nothing, and do not hang up."""

    def answer(_: BaseHTTPRequestHandler) -> None:
        over.wait()

    return answer


def drip(head: bytes, over: Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer `head`, and then a byte now and then, sooner than any timeout that counts from the last byte."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        try:
            while not over.wait(0.05):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass  # the client has gone, as it should
        handler.wfile = io.BytesIO()  # what is left over need not be sent

    return answer


def test_a_stall_and_a_dripping_head_are_no_answer(stub: StubProvider, impatient: Transport, over: Event) -> None:
    """The time limit counts from the start, however alive the connection looks."""
    stub.answers("/stall", Reply(wire=stall(over)))
    stub.answers("/drip", Reply(wire=drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", over)))
    for path in ("/stall", "/drip"):
        with pytest.raises(NoAnswerError, match=r"no answer within 1 seconds"):
            impatient.get(stub.url + path)


def test_a_dripping_body_is_a_broken_answer(stub: StubProvider, impatient: Transport, over: Event) -> None:
    """It did answer."""
    stub.answers("/drip", Reply(wire=drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", over)))
    with pytest.raises(BrokenAnswerError, match=r"not whole after 1 seconds"):
        impatient.get(f"{stub.url}/drip")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", NoAnswerError),
        (b"220 ready for mail\r\n\r\n", BrokenAnswerError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", BrokenAnswerError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", BrokenAnswerError),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", BrokenAnswerError),
    ],
)
def test_no_answer_and_a_broken_one_are_told_apart(
    answer: bytes, kind: type[Exception], stub: StubProvider, transport: Transport
) -> None:
    """S0: being unreachable is not the same as talking nonsense."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(answer)

    stub.answers("/x", Reply(wire=write))
    with pytest.raises(kind):
        transport.get(f"{stub.url}/x")


def test_a_flood_is_not_read(stub: StubProvider, transport: Transport) -> None:
    """Nothing a provider says is longer than a mebibyte."""
    stub.answers("/x", Reply(body=b"x" * (1 << 21)))
    with pytest.raises(BrokenAnswerError):
        transport.get(f"{stub.url}/x")


@pytest.mark.parametrize(
    ("encoding", "body", "read"),
    [
        ("gzip", gzip.compress(b"{}"), b"{}"),
        ("deflate", zlib.compress(b"{}"), b"{}"),
        ("identity", b"{}", b"{}"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}")), None),
        ("gzip", gzip.compress(bytes(1 << 24)), None),
        ("gzip", gzip.compress(b"{}")[:-9], None),
        ("br", b"{}", None),
    ],
    ids=["once", "deflate", "plain", "twice", "vast", "cut", "unknown"],
)
def test_a_compressed_answer_does_not_grow_beyond_bounds(
    encoding: str, body: bytes, read: bytes | None, stub: StubProvider, transport: Transport
) -> None:
    """Nobody asked for one. Compressed twice, a few hundred kilobytes become hundreds of megabytes."""
    stub.answers("/x", Reply(body=body, headers={"Content-Encoding": encoding}))
    if read is None:
        with pytest.raises(BrokenAnswerError):
            transport.get(f"{stub.url}/x")
    else:
        assert transport.get(f"{stub.url}/x").body == read


def test_refused_and_unknown_say_so(transport: Transport) -> None:
    """The reason is in the sentence."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        with pytest.raises(NoAnswerError, match="connection refused"):
            transport.get(f"http://127.0.0.1:{bound.getsockname()[1]}/x?secret=1")
    with pytest.raises(BrokenAnswerError):
        transport.get("http://host/\x00")


def test_redirects_are_answers(stub: StubProvider, transport: Transport) -> None:
    """A token endpoint's redirect is not followed with credentials."""
    stub.answers("/x", Reply(307, headers={"Location": f"{stub.url}/y"}))
    assert transport.post(f"{stub.url}/x", {"refresh_token": "r"}).status == 307
    assert stub.paths() == ["/x"]


def test_this_machine_is_asked_directly(stub: StubProvider, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy from the environment is for everything else, whatever NO_PROXY says."""
    for scheme in ("HTTP", "HTTPS", "ALL"):
        monkeypatch.setenv(f"{scheme}_PROXY", "http://127.0.0.1:9")
    stub.answers("/x", Reply())
    transport = Transport(timeout=5)
    port = stub.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        assert transport.get(f"http://{host}:{port}/x").status == 200
    with pytest.raises(NoAnswerError, match="connection refused"):
        transport.get("http://provider.example/")
    transport.close()


@pytest.fixture
def https(over: Event) -> Iterator[tuple[str, trustme.CA]]:
    """A provider on https, with a certificate of a CA nobody knows."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)

    class Quiet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class QuietServer(HTTPServer):
        def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
            connection, address = self.socket.accept()
            return context.wrap_socket(connection, server_side=True), address

    server = QuietServer(("127.0.0.1", 0), Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/", ca
    server.shutdown()
    thread.join()
    server.server_close()


def test_certificates_are_verified_against_what_the_environment_trusts(
    https: tuple[str, trustme.CA], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown: refused, without a fallback. Named by SSL_CERT_FILE: trusted."""
    url, ca = https
    stranger, friend = Transport(timeout=5), Transport(timeout=5)
    with pytest.raises(NoAnswerError, match="TLS failure: "):
        stranger.get(url)
    ca.cert_pem.write_to_path(home / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(home / "ca.pem"))
    assert friend.get(url).status == 200
    stranger.close()
    friend.close()


def test_a_limit_that_is_lifted_cuts_nothing(stub: StubProvider, transport: Transport) -> None:
    """Late by a hair, it must not cut the connection of the next request."""
    stub.answers("/x", Reply())
    with transport._time_limit() as limit:
        assert transport.get(f"{stub.url}/x").status == 200
    limit.expire()
    assert not limit.over
