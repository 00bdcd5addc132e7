"""A connection that ends politely, without an answer."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Closed(WireFault):
    """Read the request, process nothing, and close the connection without a byte of answer."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written."""
        connection.close()
