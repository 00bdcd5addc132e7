"""TLS faults: what goes wrong before any request."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trustme

from fakeprovider.faults.base import TlsFault
from fakeprovider.server.certificates import NAMES

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


# FROM fakeprovider/fakeprovider/faults/tls/certificate.py: Showing a client another certificate than the honest one.


def show(
    client: ssl.SSLSocket,
    provider: Provider,
    *,
    authority: trustme.CA | None = None,
    names: tuple[str, ...] = (),
    valid: tuple[datetime, datetime] | None = None,
) -> None:
    """Go on with this client's handshake under another certificate; what is not said is as it should be."""
    certificates = provider.certificates
    signed_by = authority or (certificates.authority if certificates else trustme.CA())
    honest = {*NAMES, urlsplit(provider.origin).hostname or NAMES[0]}
    begin, end = valid or (None, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signed_by.issue_cert(*(names or sorted(honest)), not_before=begin, not_after=end).configure_cert(context)
    client.context = context


# FROM fakeprovider/fakeprovider/faults/tls/expired_certificate.py: A certificate nobody renewed.


@dataclass(frozen=True)
class ExpiredCertificate(TlsFault):
    """Show a certificate that ended with the year 2000, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, too late."""
        show(client, provider, valid=(datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)))


# FROM fakeprovider/fakeprovider/faults/tls/handshake_cut.py: A handshake that ends in the middle.


@dataclass(frozen=True)
class HandshakeCut(TlsFault):
    """Read the ClientHello and close the connection without a byte of answer."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """Nothing is written; what TLS would write now has nowhere to go."""
        socket.socket.shutdown(client, socket.SHUT_WR)


# FROM fakeprovider/fakeprovider/faults/tls/not_yet_valid_certificate.py: A certificate for another century.


@dataclass(frozen=True)
class NotYetValidCertificate(TlsFault):
    """Show a certificate that begins with the year 2100, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, too early."""
        show(client, provider, valid=(datetime(2100, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)))


# FROM fakeprovider/fakeprovider/faults/tls/plain_on_tls_port.py: A port that lost its TLS.


@dataclass(frozen=True)
class PlainOnTlsPort(TlsFault):
    """Answer the ClientHello in plain HTTP and close, as a provider does whose TLS was turned off by mistake."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """Plain HTTP, past the TLS layer."""
        page = b"the plain HTTP request was expected\n"
        head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(page)
        socket.socket.sendall(client, head + page)
        socket.socket.shutdown(client, socket.SHUT_WR)


# FROM fakeprovider/fakeprovider/faults/tls/unknown_ca.py: A certificate from an authority nobody knows.


@dataclass(frozen=True)
class UnknownCa(TlsFault):
    """Show a certificate that is signed by an authority no client trusts (RFC 5280 6.1)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, by the wrong authority."""
        show(client, provider, authority=trustme.CA())


# FROM fakeprovider/fakeprovider/faults/tls/wrong_host.py: Somebody else's certificate.


@dataclass(frozen=True)
class WrongHost(TlsFault):
    """Show a certificate for `host` alone: trusted, and not the one that was called (RFC 9110 4.3.4)."""

    host: str = "elsewhere.invalid"

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right authority, the wrong name."""
        show(client, provider, names=(self.host,))
