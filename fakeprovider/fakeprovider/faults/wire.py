"""Wire faults: the bytes of an answer reach the client late, broken, in part, or not at all.

`Reset` is the smallest, and the one to copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fakeprovider.faults.base import FaultTarget, InForce, WireFault
from fakeprovider.server import Connection
from fakeprovider.server.answer import Answer
from fakeprovider.validation import Amount, Seconds

# -- nothing is processed -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reset(WireFault):
    """Read the request, process nothing, and reset the connection (a true RST)."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.reset()


@dataclass(frozen=True)
class Closed(WireFault):
    """Read the request, process nothing, and close the connection without a byte of answer."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.close()


@dataclass(frozen=True)
class Garbage(WireFault):
    """Read the request, process nothing, answer with the bytes `data`, which are not HTTP, and close."""

    data: bytes = b"\x00\xff not HTTP \x16\x03\r\n\r\n"

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.write(self.data)
        connection.close()


@dataclass(frozen=True)
class Stall(WireFault):
    """Read the request, process nothing, stay silent for `seconds` (None: until the client gives up), then close."""

    seconds: Seconds | None = None

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.wait(self.seconds)
        connection.close()


@dataclass(frozen=True)
class Refused(WireFault):
    """Refuse every connection to the provider, as if its machine had just gone; no other program gets the port.

    It can only be aimed at the whole provider: a refused connection never says which endpoint it wanted. An API with
    an origin of its own goes on answering.
    """

    whole_provider = True

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
        """Stop listening until this block and every other one that refuses connections have ended."""
        before = _failed_connections()
        provider.down()
        try:
            yield InForce(self, unseen=lambda: _failed_connections() - before)
        finally:
            if not any(isinstance(fault, Refused) for armed in provider.armed for fault in armed.faults):
                provider.up()

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.reset()  # it was already being answered when the provider went


# -- everything is processed --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LostAnswer(WireFault):
    """Process the request in full (a refresh token is spent, a session revoked), then lose the answer.

    `how` is the wire fault that loses it: `Reset()`, `Closed()`, `Stall()`, `Truncated()`.
    """

    how: WireFault = field(default_factory=Reset)

    instead = False

    def deliver(self, connection: Connection, answer: Answer) -> None:
        self.how.deliver(connection, answer)


@dataclass(frozen=True)
class Delayed(WireFault):
    """Process the request at once, and answer after `seconds`."""

    seconds: Seconds = 1.0

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        if connection.wait(self.seconds):  # False: the client has hung up, or the provider stopped
            connection.send(answer)


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
        data = connection.head(answer) + answer.body
        for begin in range(0, len(data), self.size):
            if not connection.write(data[begin : begin + self.size]) or not connection.wait(self.seconds):
                break
        connection.close()


@dataclass(frozen=True)
class Truncated(WireFault):
    """Process the request, promise the whole answer in Content-Length, send half of the body and close.

    `reset` breaks the connection with an RST instead of ending it with a FIN.
    """

    reset: bool = False

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.write(_first_half(connection, answer))
        if self.reset:
            connection.reset()
        connection.close()


@dataclass(frozen=True)
class StalledBody(WireFault):
    """Process the request, send head and half of the body, stay silent for `seconds`, then close.

    None: until the client gives up.
    """

    seconds: Seconds | None = None

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.write(_first_half(connection, answer))
        connection.wait(self.seconds)
        connection.close()


@dataclass(frozen=True)
class WrongLength(WireFault):
    """Process the request and send the whole answer, with a Content-Length that is `by` bytes off (RFC 9112 6.3)."""

    by: int = 10

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        connection.write(connection.head(answer, length=max(0, len(answer.body) + self.by)) + answer.body)
        connection.close()


@dataclass(frozen=True)
class BrokenChunking(WireFault):
    """Process the request and send the answer in one chunk whose size is no number (RFC 9112 7.1)."""

    size: str = "zz"

    instead = False
    answers = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        chunk = f"{self.size}\r\n".encode() + answer.body + b"\r\n0\r\n\r\n"
        connection.write(connection.head(answer, chunked=True) + chunk)
        connection.close()


def _first_half(connection: Connection, answer: Answer) -> bytes:
    return connection.head(answer) + answer.body[: len(answer.body) // 2]


# -- counting refused connections ---------------------------------------------------------------------------------

_COUNTERS: Final = Path("/proc/net/snmp")
_CALLS: Final = itertools.count()


def _failed_connections() -> int:
    """Return how many connection attempts have failed on this machine so far.

    A refused connection leaves no trace with us, but Linux counts it (`AttemptFails`, of the whole network namespace:
    another program's failure may be taken for one of ours, one of ours is never missed). Where there is no such
    counter every call counts one more, so that the fault is taken as met.
    """
    try:
        lines = [line.split() for line in _COUNTERS.read_text().splitlines() if line.startswith("Tcp:")]
        return int(lines[1][lines[0].index("AttemptFails")])
    except (OSError, ValueError, IndexError):
        return next(_CALLS)
