"""An answer that is not as long as it says."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class WrongLength(WireFault):
    """Process the request and send the whole answer, with a Content-Length that is `by` bytes off (RFC 9112 6.3)."""

    by: int = 10

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """All of the body under another length; never less than none."""
        connection.write(connection.head(answer, length=max(0, len(answer.body) + self.by)) + answer.body)
        connection.close()
