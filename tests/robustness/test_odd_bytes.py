"""What is no request at all: halves, too many at once, other protocols. Whoever comes next is served as ever."""

from __future__ import annotations

import random
import ssl

import pytest

from fakeprovider import Provider
from tests.support.providers import Serve
from tests.support.wire import Wire, request_bytes

from .conftest import serves_as_ever

FORM = b"POST /token HTTP/1.1\r\nHost: fake\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
ALERT = b"\x15"  # the first byte of a TLS alert (RFC 8446 5.1)
GARBAGE = {
    "nothing": b"",
    "newlines": b"\r\n\r\n\r\n",
    "a word": b"hello\r\n\r\n",
    "NULs": b"\0" * 100,
    "no version": b"GET /\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "SOCKS": b"\x05\x01\x00",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two lengths": FORM + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length that is none": FORM + b"Content-Length: -1\r\n\r\n",
    "a length beyond all": FORM + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n",
    "a chunk that is none": CHUNKED + b"zz\r\n",
    "a chunk beyond all": CHUNKED + b"f" * 20 + b"\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : fake\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: fake\r\nX: a\r\n b\r\n\r\n",
    "a bare CR": b"GET / HTTP/1.1\r\nHost: fake\rX: y\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: fake\r\nX: a\0b\r\n\r\n",
    "a NUL in the target": b"GET /\0 HTTP/1.1\r\nHost: fake\r\n\r\n",
    "an endless head": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000,
    "an endless target": b"GET /" + b"a" * 200_000,
    "CONNECT": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "a WebSocket": b"GET / HTTP/1.1\r\nHost: fake\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x85",
}


def client_hello() -> bytes:
    """The first bytes of a TLS handshake."""
    outgoing = ssl.MemoryBIO()
    handshake = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="fake.example")
    with pytest.raises(ssl.SSLWantReadError):
        handshake.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE)
def test_garbage(provider: Provider, data: bytes) -> None:
    """It is answered with a 4xx (or 505) or hung up on, while it lasts and when it ends."""
    with Wire(provider.origin) as wire:
        wire.send(data)
        wire.no_more()
        status = wire.hear().status
    assert status in (0, 505) or 400 <= status < 500


def test_tls_on_the_plain_port(provider: Provider) -> None:
    """A client that took http for https is hung up on or told so, and stands in the journal as noise."""
    with Wire(provider.origin) as wire:
        wire.send(client_hello())
        assert wire.hear().status in (0, 400)
    assert len(provider.journal.noise) == 1


def test_noise_on_the_tls_port(serve: Serve) -> None:
    """Handshakes that never finish and bytes that are none end in an alert, a hint or a closed connection."""
    provider = serve(tls=True)
    hello = client_hello()
    torn = [
        b"",
        b"\x16",
        hello[:50],
        hello[:-1],
        b"\x16\x03\x01\xff\xff" + b"\0" * 1000,
        request_bytes(provider.url("jwks")),
    ]
    for data in torn:
        with Wire(provider.origin) as wire:
            wire.send(data)
            wire.no_more()
            assert wire.rest()[:1] in (b"", ALERT, b"H")
    assert len(provider.journal) == 0


def test_half_requests(provider: Provider) -> None:
    """A request that ends anywhere is no request: nothing is answered that was not asked, and nothing written down."""
    whole = FORM + b"Content-Length: 17\r\n\r\ngrant_type=magic&"
    for end in range(1, len(whole)):
        with Wire(provider.origin) as wire:
            wire.send(whole[:end])
            wire.hang_up()
    serves_as_ever(provider)
    assert provider.journal.where(endpoint="token") == ()


def test_requests_in_pieces(provider: Provider) -> None:
    """However a request is cut, it is the same request."""
    draw = random.Random(1)  # noqa: S311 - the same every time is what it is for
    request = request_bytes(provider.url("jwks"))
    with Wire(provider.origin) as wire:
        for _ in range(50):
            cuts = sorted(draw.sample(range(1, len(request)), k=5))
            for begin, end in zip([0, *cuts], [*cuts, len(request)], strict=True):
                wire.send(request[begin:end])
            assert wire.hear().status == 200


def test_pipelined_requests(provider: Provider) -> None:
    """A hundred requests at once are answered one after another, in their order, each by its own answer."""
    paths = [provider.url("jwks"), f"{provider.base}/nowhere", provider.url("discovery"), provider.url("userinfo")]
    expected = [200, 404, 200, 401]
    with Wire(provider.origin) as wire:
        wire.send(b"".join(request_bytes(url) for url in paths) * 25)
        assert [wire.hear().status for _ in range(100)] == expected * 25
    assert [exchange.status for exchange in provider.journal] == expected * 25


def test_pipelined_until_one_is_broken(provider: Provider) -> None:
    """What came before the broken one is answered; what comes after it is not."""
    with Wire(provider.origin) as wire:
        wire.send(request_bytes(provider.url("jwks")) + b"broken\r\n\r\n" + request_bytes(provider.url("jwks")))
        assert [wire.hear().status, wire.hear().status] == [200, 400]
    assert len(provider.journal) == 1


def test_many_at_the_same_time(provider: Provider) -> None:
    """Connections that began and never went on keep nobody waiting."""
    wires = [Wire(provider.origin) for _ in range(200)]
    for wire in wires:
        wire.send(FORM[: len(FORM) // 2])
    serves_as_ever(provider)
    for wire in wires:
        wire.hang_up()
