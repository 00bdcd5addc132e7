"""A provider that takes its time."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.faults.checking import Seconds
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Delayed(WireFault):
    """Process the request at once, and answer after `seconds`."""

    seconds: Seconds = 1.0

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The whole answer, late, unless the client has hung up or the provider stopped."""
        if connection.wait(self.seconds):
            connection.send(answer)
