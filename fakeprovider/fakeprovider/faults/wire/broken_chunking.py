"""An answer in chunks that do not add up."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class BrokenChunking(WireFault):
    """Process the request and send the answer in one chunk whose size is no number (RFC 9112 7.1)."""

    size: str = "zz"

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """A head that announces chunks, and a chunk that is none."""
        chunk = f"{self.size}\r\n".encode() + answer.body + b"\r\n0\r\n\r\n"
        connection.write(connection.head(answer, chunked=True) + chunk)
        connection.close()
