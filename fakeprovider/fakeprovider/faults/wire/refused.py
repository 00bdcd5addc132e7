"""Nobody listens."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fakeprovider.answer import Answer
from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


COUNTERS: Final = Path("/proc/net/snmp")
_UNKNOWN: Final = itertools.count()


@dataclass(frozen=True)
class Refused(WireFault):
    """Refuse every connection to the provider, as if its machine had just gone; the port stays ours.

    It can only be aimed at the whole provider: a refused connection never says which endpoint it wanted. An API with
    an origin of its own goes on answering.
    """

    whole_provider = True
    _failed_before: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def begin(self, provider: Provider) -> None:
        """Stop listening."""
        self._failed_before.append(failed_connections())
        provider.down()

    def end(self, provider: Provider) -> int:
        """Listen again, and tell how many connections were refused meanwhile."""
        if not any(isinstance(fault, Refused) for armed in provider.armed for fault in armed.faults):
            provider.up()
        return failed_connections() - self._failed_before.pop()

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """A connection that was already being answered when the provider went is reset."""
        connection.reset()


def failed_connections() -> int:
    """How many connection attempts have failed on this machine so far.

    A refused connection leaves no trace with us, but Linux counts it (`AttemptFails`, of the whole network namespace:
    another program's failure may be taken for one of ours, one of ours is never missed). Where there is no such
    counter every call counts one more, so that the fault is taken as met.
    """
    try:
        lines = [line.split() for line in COUNTERS.read_text().splitlines() if line.startswith("Tcp:")]
        return int(lines[1][lines[0].index("AttemptFails")])
    except (OSError, ValueError, IndexError):
        return next(_UNKNOWN)
