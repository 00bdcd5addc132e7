"""A certificate for another century."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TlsFault
from fakeprovider.faults.tls.certificate import show

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class NotYetValidCertificate(TlsFault):
    """Show a certificate that begins with the year 2100, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, too early."""
        show(client, provider, valid=(datetime(2100, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)))
