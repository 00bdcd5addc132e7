"""A connection that dies under the request."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Reset(WireFault):
    """Read the request, process nothing, and reset the connection (a true RST)."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written."""
        connection.reset()
