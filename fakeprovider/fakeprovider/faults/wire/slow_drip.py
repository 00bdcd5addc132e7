"""An answer that comes drop by drop."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.faults.checking import Amount, Seconds
from fakeprovider.server import Connection


@dataclass(frozen=True)
class SlowDrip(WireFault):
    """Process the request, then send head and body `size` bytes at a time with a pause of `seconds` between.

    Every byte comes within any read timeout; only a limit on the whole ends it early.
    """

    size: Amount = 1
    seconds: Seconds = 0.01

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Drop by drop, until the client hangs up or the provider stops."""
        data = connection.head(answer) + answer.body
        for begin in range(0, len(data), self.size):
            if not connection.write(data[begin : begin + self.size]) or not connection.wait(self.seconds):
                break
        connection.close()
