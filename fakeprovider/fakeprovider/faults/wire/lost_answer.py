"""Committed, then lost: the provider did it, and the client will never know."""

from __future__ import annotations

from dataclasses import dataclass, field

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.faults.wire.reset import Reset
from fakeprovider.server import Connection


@dataclass(frozen=True)
class LostAnswer(WireFault):
    """Process the request in full (a refresh token is spent, a session revoked), then lose the answer.

    `how` is the wire fault that loses it: `Reset()`, `Closed()`, `Stall()`, `Truncated()`.
    """

    how: WireFault = field(default_factory=Reset)

    instead = False

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The answer goes the way of `how`."""
        self.how.deliver(connection, answer)
