"""A handshake that ends in the middle."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TlsFault

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class HandshakeCut(TlsFault):
    """Read the ClientHello and close the connection without a byte of answer."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """Nothing is written; what TLS would write now has nowhere to go."""
        socket.socket.shutdown(client, socket.SHUT_WR)
