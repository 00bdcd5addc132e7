"""A certificate nobody renewed."""

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
class ExpiredCertificate(TlsFault):
    """Show a certificate that ended with the year 2000, whatever the clocks say (RFC 5280 4.1.2.5)."""

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """The right names, too late."""
        show(client, provider, valid=(datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)))
