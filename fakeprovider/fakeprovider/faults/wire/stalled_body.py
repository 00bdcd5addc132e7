"""An answer that stops in the middle and does not end."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.faults.checking import Seconds
from fakeprovider.server import Connection


@dataclass(frozen=True)
class StalledBody(WireFault):
    """Process the request, send head and half of the body, stay silent for `seconds`, then close.

    None: until the client gives up.
    """

    seconds: Seconds | None = None

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The first half, then nothing; the wait ends early when the client hangs up or the provider stops."""
        connection.write(connection.head(answer) + answer.body[: len(answer.body) // 2])
        connection.wait(self.seconds)
        connection.close()
