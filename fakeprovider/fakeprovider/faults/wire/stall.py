"""A provider that takes the request and says nothing."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.faults.checking import Seconds
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Stall(WireFault):
    """Read the request, process nothing, stay silent for `seconds` (None: until the client gives up), then close."""

    seconds: Seconds | None = None

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written; the wait ends early when the client hangs up or the provider stops."""
        connection.wait(self.seconds)
        connection.close()
