"""An answer that ends in the middle of its body."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Truncated(WireFault):
    """Process the request, promise the whole answer in Content-Length, send half of the body and close.

    `reset` breaks the connection with an RST instead of ending it with a FIN.
    """

    reset: bool = False

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The head and the first half of the body."""
        connection.write(connection.head(answer) + answer.body[: len(answer.body) // 2])
        if self.reset:
            connection.reset()
        connection.close()
