"""Somebody else's certificate."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TlsFault
from fakeprovider.faults.tls.certificate import show

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class WrongHost(TlsFault):
    """Show a certificate for `host` alone: trusted, and not the one that was called (RFC 9110 4.3.4)."""

    host: str = "elsewhere.invalid"

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right authority, the wrong name."""
        show(client, provider, names=(self.host,))
