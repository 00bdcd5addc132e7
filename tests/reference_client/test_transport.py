"""The way out to the network: bounded, direct, and without fallback."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Self

import pytest
import trustme

from reference_client.errors import BrokenAnswerError, NoAnswerError
from reference_client.transport import Transport
from tests.support.stub_provider import Reply, StubProvider


@pytest.fixture
def transport(home: Path) -> Transport:
    """A transport with patience."""
    return Transport(timeout=10)


@pytest.fixture
def impatient(home: Path) -> Transport:
    """A transport that gives up after a second, the time a busy machine may need for what does work."""
    return Transport(timeout=1)


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


class Proxied:
    """A proxy that notes what it is asked for, and leads every tunnel to one place; it answers `status`."""

    def __init__(self, place: tuple[str, int] | None = None, status: int = 200) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(place, status))
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self, place: tuple[str, int] | None, status: int) -> type[BaseHTTPRequestHandler]:
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.requestline, self.headers["Host"], self.headers.get("Proxy-Authorization", "")))
                self.send_response(status)
                self.end_headers()

            def do_CONNECT(self) -> None:
                self.do_GET()
                if place is None or status != 200:
                    return
                with socket.create_connection(place) as there:
                    back = Thread(target=pump, args=(there, self.connection))
                    back.start()
                    pump(self.connection, there)
                    back.join()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Hand on what arrives until there is no more."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def test_a_proxy_is_asked_for_the_whole_url(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the name and password that its address holds (RFC 9112 3.2.2, RFC 9110 11.7.2)."""
    with Proxied() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "elsewhere.example")
        assert Transport(timeout=5).get("http://provider.example/x?y=1").status == 200
        assert proxy.asked == [("GET http://provider.example/x?y=1 HTTP/1.1", "provider.example", "Basic bWU6cEBzcw==")]


def test_a_tunnel_leads_to_the_encrypted_provider(
    https: tuple[str, trustme.CA], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Certificates are checked through it: the proxy is trusted with nothing."""
    url, ca = https
    with Proxied(("127.0.0.1", int(url.strip("/").rpartition(":")[2]))) as proxy:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")
        with pytest.raises(NoAnswerError, match="TLS failure: "):
            Transport(timeout=5).get("https://provider.example/x")
        ca.cert_pem.write_to_path(home / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(home / "ca.pem"))
        with pytest.raises(NoAnswerError, match="TLS failure: Hostname mismatch"):
            Transport(timeout=5).get("https://provider.example/x")
        assert Transport(timeout=5).get("https://known.example/x").status == 200
        assert proxy.asked[0] == ("CONNECT provider.example:443 HTTP/1.1", "provider.example:443", "")


def test_a_proxy_that_refuses_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider itself was never asked; and a proxy of another kind is none of ours."""
    with Proxied(status=403) as proxy:
        for named in (f"http://127.0.0.1:{proxy.port}", "socks5://127.0.0.1:9"):
            monkeypatch.setenv("HTTPS_PROXY", named)
            with pytest.raises(NoAnswerError, match="the proxy refused"):
                Transport(timeout=5).get("https://provider.example/")


def test_only_a_final_answer_counts(stub: StubProvider, transport: Transport) -> None:
    """Interim ones (RFC 9110 15.2) say that it is coming; and names of headers have no case."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nretry-AFTER: 7\r\nVary: a\r\nVary: b\r\nContent-Length: 2\r\n\r\n{}")

    stub.answers("/x", Reply(wire=write))
    answer = transport.get(f"{stub.url}/x")
    assert (answer.status, answer.body) == (200, b"{}")
    assert (answer.headers["Retry-After"], answer.headers["Vary"], len(answer.headers)) == ("7", "a, b", 3)


@pytest.mark.parametrize("url", ["", "ftp://host/", "http://", "http://host:port/", "http://a..b/", "http://[::1/"])
def test_what_is_no_url_is_said(url: str, transport: Transport) -> None:
    """A provider's metadata names the endpoints, and may name anything."""
    with pytest.raises(BrokenAnswerError, match="is not a usable URL"):
        transport.get(url)


def test_a_url_is_made_fit_for_a_request(stub: StubProvider, transport: Transport) -> None:
    """What cannot stand in a request line is encoded, what is encoded stays so, a fragment is not sent."""
    stub.answers("/%C3%BC%20a/b%2Fc", Reply())
    assert transport.get(f"{stub.url}/\u00fc a/b%2Fc#e").status == 200
    assert stub.paths() == ["/%C3%BC%20a/b%2Fc"]


def test_nothing_slow_is_imported() -> None:
    """An HTTP library that imports what else is installed takes three times as long as all that a command does."""
    program = (
        "import sys, reference_client.transport; print(sorted({'httpx', 'trio', 'anyio', 'rich'} & {*sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.fixture
def https(over: Event) -> Iterator[tuple[str, trustme.CA]]:
    """A provider on https, with a certificate of a CA nobody knows."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "known.example").configure_cert(context)

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


def test_a_limit_that_is_lifted_cuts_nothing(stub: StubProvider, transport: Transport) -> None:
    """Late by a hair, it must not cut the connection of the next request."""
    stub.answers("/x", Reply())
    with transport._time_limit() as limit:
        assert transport.get(f"{stub.url}/x").status == 200
    limit.expire()
    assert not limit.over
