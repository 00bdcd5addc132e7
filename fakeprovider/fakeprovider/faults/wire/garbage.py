"""Bytes that are not HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection


@dataclass(frozen=True)
class Garbage(WireFault):
    """Read the request, process nothing, answer `data` and close."""

    data: bytes = b"\x00\xff not HTTP \x16\x03\r\n\r\n"

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The bytes as given."""
        connection.write(self.data)
        connection.close()
