"""Wire faults: how the bytes of an answer reach the client, or do not."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fakeprovider.faults.base import WireFault
from fakeprovider.server import Connection
from fakeprovider.server.answer import Answer
from fakeprovider.validation import Amount, Seconds

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


# FROM fakeprovider/fakeprovider/faults/wire/broken_chunking.py: An answer in chunks that do not add up.


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


# FROM fakeprovider/fakeprovider/faults/wire/closed.py: A connection that ends politely, without an answer.


@dataclass(frozen=True)
class Closed(WireFault):
    """Read the request, process nothing, and close the connection without a byte of answer."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written."""
        connection.close()


# FROM fakeprovider/fakeprovider/faults/wire/delayed.py: A provider that takes its time.


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


# FROM fakeprovider/fakeprovider/faults/wire/garbage.py: Bytes that are not HTTP.


@dataclass(frozen=True)
class Garbage(WireFault):
    """Read the request, process nothing, answer `data` and close."""

    data: bytes = b"\x00\xff not HTTP \x16\x03\r\n\r\n"

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """The bytes as given."""
        connection.write(self.data)
        connection.close()


# FROM fakeprovider/fakeprovider/faults/wire/reset.py: A connection that dies under the request.


@dataclass(frozen=True)
class Reset(WireFault):
    """Read the request, process nothing, and reset the connection (a true RST)."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written."""
        connection.reset()


# FROM fakeprovider/fakeprovider/faults/wire/lost_answer.py: Committed, then lost: the provider did it, and the client will never know.


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


# FROM fakeprovider/fakeprovider/faults/wire/refused.py: Nobody listens.


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


# FROM fakeprovider/fakeprovider/faults/wire/slow_drip.py: An answer that comes drop by drop.


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


# FROM fakeprovider/fakeprovider/faults/wire/stall.py: A provider that takes the request and says nothing.


@dataclass(frozen=True)
class Stall(WireFault):
    """Read the request, process nothing, stay silent for `seconds` (None: until the client gives up), then close."""

    seconds: Seconds | None = None

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Nothing is written; the wait ends early when the client hangs up or the provider stops."""
        connection.wait(self.seconds)
        connection.close()


# FROM fakeprovider/fakeprovider/faults/wire/stalled_body.py: An answer that stops in the middle and does not end.


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


# FROM fakeprovider/fakeprovider/faults/wire/truncated.py: An answer that ends in the middle of its body.


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


# FROM fakeprovider/fakeprovider/faults/wire/wrong_length.py: An answer that is not as long as it says.


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
