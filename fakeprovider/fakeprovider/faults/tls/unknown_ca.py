"""A certificate from an authority nobody knows."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

from fakeprovider.faults.base import TlsFault
from fakeprovider.faults.tls.certificate import show

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class UnknownCa(TlsFault):
    """Show a certificate that is signed by an authority no client trusts (RFC 5280 6.1)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, by the wrong authority."""
        show(client, provider, authority=trustme.CA())
