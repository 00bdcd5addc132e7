"""Handshakes that fail."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from fakeprovider import FaultNotMet, Provider, SettingError
from fakeprovider.faults import (
    ExpiredCertificate,
    HandshakeCut,
    NotYetValidCertificate,
    PlainOnTlsPort,
    TlsFault,
    UnknownCa,
    WrongHost,
)

FAULTS = [
    (UnknownCa(), "unable to get local issuer|certificate signature failure|self.signed"),
    (ExpiredCertificate(), "certificate has expired"),
    (NotYetValidCertificate(), "not yet valid"),
    (WrongHost(), "IP address mismatch|doesn't match"),
    (PlainOnTlsPort(), "wrong version number|record layer failure"),
    (HandshakeCut(), "EOF"),
]


@pytest.fixture(scope="module")
def secure() -> Iterator[Provider]:
    """A provider on https."""
    with Provider(tls=True) as provider:
        yield provider


@pytest.fixture
def https(secure: Provider) -> Iterator[httpx.Client]:
    """A client that trusts the authority of the provider."""
    with httpx.Client(verify=ssl.create_default_context(cafile=str(secure.ca_file)), trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("fault", "words"), FAULTS, ids=lambda value: repr(value) if isinstance(value, TlsFault) else ""
)
def test_handshakes(secure: Provider, https: httpx.Client, fault: TlsFault, words: str) -> None:
    """The handshake fails for the reason the fault names, kept connections end, the API and later ones are spared."""
    discovery = secure.url("discovery")
    assert https.get(discovery).status_code == 200
    with secure.failing(fault) as armed:
        with pytest.raises(httpx.TransportError, match=words):
            https.get(discovery)
        assert https.get(secure.api).status_code == 401
    assert armed.fired
    assert https.get(discovery).status_code == 200


def test_plain_answer(secure: Provider) -> None:
    """What comes back to a ClientHello is HTTP that anybody can read."""
    url = urlsplit(secure.origin)
    outgoing = ssl.MemoryBIO()
    hello = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        hello.do_handshake()
    with secure.failing(PlainOnTlsPort()), socket.create_connection((str(url.hostname), url.port), 10) as connection:
        connection.sendall(outgoing.read())
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_nested(secure: Provider, https: httpx.Client) -> None:
    """After an inner block the outer one holds again."""
    with secure.failing(HandshakeCut()):
        with secure.failing(WrongHost()), pytest.raises(httpx.ConnectError, match="mismatch"):
            https.get(secure.url("discovery"))
        with pytest.raises(httpx.ConnectError, match="EOF"):
            https.get(secure.url("discovery"))


def test_blocks_that_end_in_any_order(secure: Provider, https: httpx.Client) -> None:
    """The innermost fault still armed acts, also where the outer one ends first, as over the control API."""
    outer, inner = secure.failing(HandshakeCut(), optional=True), secure.failing(WrongHost(), optional=True)
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    with pytest.raises(httpx.ConnectError, match="mismatch"):
        https.get(secure.url("discovery"))
    inner.__exit__(None, None, None)
    assert https.get(secure.url("discovery")).status_code == 200


def test_what_an_outer_block_met_is_not_forgotten(secure: Provider, https: httpx.Client) -> None:
    """A handshake it broke before an inner block counts after it."""
    with secure.failing(HandshakeCut()) as outer:
        with pytest.raises(httpx.ConnectError, match="EOF"):
            https.get(secure.url("discovery"))
        with secure.failing(WrongHost(), optional=True):
            pass
    assert outer.fired


def test_nobody_came(secure: Provider) -> None:
    """A handshake nobody tried was not spoilt."""
    with pytest.raises(FaultNotMet, match=r"UnknownCa\(\)"), secure.failing(UnknownCa()):
        pass


def test_plain_http() -> None:
    """A provider on http has no handshake."""
    with Provider() as provider:
        with pytest.raises(SettingError, match=r"use Provider\(tls=True\)"), provider.failing(UnknownCa()):
            pass
        assert provider.armed == []
