"""What is no request at all: halves, too many at once, other protocols. Whoever comes next is served as ever."""

from __future__ import annotations

import random
import ssl

import pytest

from fakeprovider import Provider
from tests.support.providers import Serve
from tests.support.wire import Wire, request_bytes

from .conftest import serves_as_ever
from .framing import FORM, ODDITIES

ALERT = b"\x15"  # the first byte of a TLS alert (RFC 8446 5.1)


def client_hello() -> bytes:
    """The first bytes of a TLS handshake."""
    outgoing = ssl.MemoryBIO()
    handshake = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="fake.example")
    with pytest.raises(ssl.SSLWantReadError):
        handshake.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize("data", ODDITIES.values(), ids=ODDITIES)
def test_odd_framing(provider: Provider, data: bytes) -> None:
    """It is answered once at most, and not with a 5xx but 505; nothing in it becomes a second request."""
    with Wire(provider.origin) as wire:
        wire.send(data)
        wire.no_more()
        status = wire.hear().status
    assert status in (0, 505) or 200 <= status < 500
    assert len(provider.journal) <= 1
    assert [exchange.path for exchange in provider.journal if "smuggled" in exchange.path] == []


def test_as_many_oddities_as_were_tried() -> None:
    """Seventy-one held when they were first tried; none gets lost."""
    assert len(ODDITIES) >= 71


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
