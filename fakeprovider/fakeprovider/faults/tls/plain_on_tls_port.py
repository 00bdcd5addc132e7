"""A port that lost its TLS."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TlsFault

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class PlainOnTlsPort(TlsFault):
    """Answer the ClientHello in plain HTTP and close, as a provider does whose TLS was turned off by mistake."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """Plain HTTP, past the TLS layer."""
        page = b"the plain HTTP request was expected\n"
        head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(page)
        socket.socket.sendall(client, head + page)
        socket.socket.shutdown(client, socket.SHUT_WR)
