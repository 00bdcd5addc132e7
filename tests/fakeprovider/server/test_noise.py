"""What is no request for the handler is named, so that a report can say what a client really sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakeprovider.server import Limits, Server

Serve = Callable[..., Server]
Dial = Callable[[Server], socket.socket]
Say = Callable[[Server, bytes], bytes]


class Heard:
    """A noise hook that can be waited for."""

    def __init__(self) -> None:
        self.said: list[tuple[bytes, str]] = []
        self._came = threading.Event()

    def __call__(self, arrived: bytes, reason: str) -> None:
        """Remember it."""
        self.said.append((arrived, reason))
        self._came.set()

    def only(self) -> tuple[bytes, str]:
        """The one thing that was heard."""
        assert self._came.wait(10), "expected noise, heard none"
        assert len(self.said) == 1
        return self.said[0]


@pytest.mark.parametrize(
    ("arrived", "name"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "a TLS ClientHello on the plain-HTTP port"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "an HTTP/2 connection preface, where HTTP/1.1 is spoken (RFC 9113 3.4)"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "not an HTTP/1.1 request: Invalid method encountered"),
    ],
)
def test_other_protocols_on_the_plain_port_are_named(serve: Serve, say: Say, arrived: bytes, name: str) -> None:
    """The hook gets the bytes and their name, the client a 400 with the same words."""
    heard = Heard()
    assert name.encode() in say(serve(on_noise=heard), arrived)
    assert heard.only() == (arrived, name)


def test_a_real_tls_client_on_the_plain_port_is_named(serve: Serve, dial: Dial) -> None:
    """An https URL for an http provider is the mistake to recognise."""
    heard = Heard()
    connection = dial(serve(on_noise=heard))
    context = ssl.create_default_context()
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(connection, server_hostname="127.0.0.1")
    assert heard.only()[1] == "a TLS ClientHello on the plain-HTTP port"


def test_plain_http_on_the_tls_port_is_named_and_answered(serve: Serve, say: Say, server_tls: ssl.SSLContext) -> None:
    """An http URL for an https provider gets a plain 400 that says so."""
    heard = Heard()
    request = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"
    answer = say(serve(ssl_context=server_tls, on_noise=heard), request)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"plain HTTP on the TLS port\n")
    assert heard.only() == (request, "plain HTTP on the TLS port")


def test_rubbish_on_the_tls_port_is_noise(serve: Serve, say: Say, server_tls: ssl.SSLContext) -> None:
    """What is neither TLS nor HTTP is not called either."""
    heard = Heard()
    say(serve(ssl_context=server_tls, on_noise=heard), b"\x00\x01\x02")
    assert heard.only()[1] == "bytes that are no TLS ClientHello on the TLS port"


def test_a_client_that_distrusts_the_certificate_is_noise(serve: Serve, dial: Dial, server_tls: ssl.SSLContext) -> None:
    """A refused handshake is reported with the client's own alert."""
    heard = Heard()
    connection = dial(serve(ssl_context=server_tls, on_noise=heard))
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(connection, server_hostname="127.0.0.1")
    assert "unknown ca" in heard.only()[1]


@pytest.mark.parametrize("part", [b"G", b"GET / HTTP/1.1\r\nHost", b"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n12"])
def test_a_client_that_leaves_in_the_middle_is_noise(serve: Serve, dial: Dial, part: bytes) -> None:
    """The hook gets what had arrived of the request."""
    heard = Heard()
    connection = dial(serve(on_noise=heard))
    connection.sendall(part)
    connection.close()
    assert heard.only() == (part, "the client closed the connection in the middle of a request")


def test_a_client_that_leaves_between_requests_is_no_noise(serve: Serve, dial: Dial, say: Say) -> None:
    """Connecting only, and leaving after an answer, are ordinary."""
    heard = Heard()
    server = serve(on_noise=heard)
    dial(server).close()
    say(server, b"GET / HTTP/1.0\r\n\r\n")
    server.stop()
    assert heard.said == []


def test_stopping_is_no_noise(serve: Serve, dial: Dial, server_tls: ssl.SSLContext) -> None:
    """Requests and handshakes that we cut short ourselves are nobody's fault."""
    heard = Heard()
    plain, secure = serve(on_noise=heard), serve(ssl_context=server_tls, on_noise=heard)
    for server, begun in ((plain, b"GET /"), (secure, b"\x16\x03\x01\x02\x00")):
        dial(server).sendall(begun)
        server.stop()
    assert heard.said == []


def test_what_is_reported_has_a_limit(serve: Serve, say: Say) -> None:
    """The hook gets the first 64 KiB of an endless request."""
    heard = Heard()
    server = serve(on_noise=heard, limits=Limits(header_bytes=200_000))
    say(server, b"GET /" + b"x" * 300_000)
    assert len(heard.only()[0]) == 65536


def test_without_a_hook_noise_is_only_answered(serve: Serve, say: Say) -> None:
    """Hooks are optional."""
    server: Any = serve()
    assert say(server, b"\x00").startswith(b"HTTP/1.1 400 ")
