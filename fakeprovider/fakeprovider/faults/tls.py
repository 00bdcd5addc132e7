"""TLS faults: the handshake goes wrong, before any request."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import trustme

from fakeprovider.faults.base import FaultTarget, TlsFault
from fakeprovider.server.certificates import NAMES


@dataclass(frozen=True)
class UnknownCa(TlsFault):
    """Show a certificate that is signed by an authority no client trusts (RFC 5280 6.1)."""

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        _show(client, provider, authority=trustme.CA())


@dataclass(frozen=True)
class ExpiredCertificate(TlsFault):
    """Show a certificate that expired at the end of the year 2000, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        _show(client, provider, valid=(datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)))


@dataclass(frozen=True)
class NotYetValidCertificate(TlsFault):
    """Show a certificate that is not valid before the year 2100, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        _show(client, provider, valid=(datetime(2100, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)))


@dataclass(frozen=True)
class WrongHost(TlsFault):
    """Show a trusted certificate that is for `host` alone, not for the host the client called (RFC 9110 4.3.4)."""

    host: str = "elsewhere.invalid"

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        _show(client, provider, names=(self.host,))


@dataclass(frozen=True)
class HandshakeCut(TlsFault):
    """Read the ClientHello and close the connection without a byte of answer."""

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        # Past the TLS layer: whatever that writes after this has nowhere to go.
        socket.socket.shutdown(client, socket.SHUT_WR)


@dataclass(frozen=True)
class PlainOnTlsPort(TlsFault):
    """Answer the ClientHello in plain HTTP and close, as a provider does whose TLS was turned off by mistake."""

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        page = b"the plain HTTP request was expected\n"
        head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(page)
        socket.socket.sendall(client, head + page)  # past the TLS layer
        socket.socket.shutdown(client, socket.SHUT_WR)


def _show(
    client: ssl.SSLSocket,
    provider: FaultTarget,
    *,
    authority: trustme.CA | None = None,
    names: tuple[str, ...] = (),
    valid: tuple[datetime, datetime] | None = None,
) -> None:
    """Go on with the handshake of `client` under another certificate; what is left out is as in the honest one."""
    certificates = provider.certificates
    signed_by = authority or (certificates.authority if certificates else trustme.CA())
    honest = {*NAMES, urlsplit(provider.origin).hostname or NAMES[0]}
    begin, end = valid or (None, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signed_by.issue_cert(*(names or sorted(honest)), not_before=begin, not_after=end).configure_cert(context)
    client.context = context
