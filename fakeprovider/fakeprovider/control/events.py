"""Server-sent events: every exchange as it happens, and a notice of every change (HTML, 9.2).

    event: exchange            id: its number; data: an ExchangeView
    event: change              data: {"of": "faults"}; what has changed: users, clients, faults, clock, ...
    event: dropped             data: {"events": 12}; so many were let go, because the client did not read for too long

`Feed` is the seam for everything that waits for exchanges on a connection of its own.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from fakeprovider.control.responses import ExchangeView
from fakeprovider.journal import Exchange
from fakeprovider.journal.newest import Newest, size_of_exchange
from fakeprovider.server import Connection
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.control.controlled import ControlledProvider


HEARTBEAT: Final = 15.0  # seconds of silence after which a comment keeps proxies from giving up
_MOST_WAITING: Final = 10_000  # events that wait for a client to read, of no more bytes than a journal has


class Feed:
    """Collect what happens at a provider, for one connection that waits for it; a context manager."""

    def __init__(self, control: ControlledProvider, connection: Connection) -> None:
        self._control = control
        self._connection = connection
        self._waiting: Newest[Exchange | str] = Newest(_MOST_WAITING, control.provider.journal_bytes, _size)
        self._listening = ExitStack()

    def next(self, seconds: float) -> list[Exchange | str] | None:
        """Return the exchanges and changed subjects since the last call; wait for at most `seconds` for some to come.

        Empty when none came, None when the client hung up or the provider stopped.
        """
        if not len(self._waiting) and not self._connection.wait(seconds):
            return None
        return self._waiting.take()

    @property
    def dropped(self) -> int:
        """How many were let go so far, the oldest first, because too many waited for `next`."""
        return self._waiting.dropped

    def _put(self, event: Exchange | str) -> None:
        self._waiting.append(event)
        self._connection.wake()

    def __enter__(self) -> Self:
        self._listening.enter_context(self._control.provider.journal.listening(self._put))
        self._listening.enter_context(self._control.listening(self._put))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._listening.close()


def stream(control: ControlledProvider, since: int | None) -> Answer:
    """Answer with events until the client hangs up; with `since` first replay what arrived after that mark."""

    def deliver(connection: Connection, answer: Answer) -> None:
        with Feed(control, connection) as feed:
            journal = control.provider.journal
            earlier = journal.since(since) if since is not None else ()
            sent = {exchange.number for exchange in earlier}
            head = connection.head(answer, chunked=True)
            connected = connection.write(head + _chunk(b": listening\n\n" + b"".join(map(_event, earlier))))
            dropped = 0
            while connected and (arrived := feed.next(HEARTBEAT)) is not None:
                lost, dropped = feed.dropped - dropped, feed.dropped
                # One that arrived between entering the feed and reading the journal is in both.
                fresh = [item for item in arrived if not (isinstance(item, Exchange) and item.number in sent)]
                connected = connection.write(_chunk(_gap(lost) + b"".join(map(_event, fresh)) or b": still here\n\n"))
        connection.close()

    headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
    return Answer(200, headers, deliver=deliver)


def _event(event: Exchange | str) -> bytes:
    if isinstance(event, str):
        return f"event: change\ndata: {json.dumps({'of': event})}\n\n".encode()
    data = ExchangeView.of(event).model_dump_json()
    return f"event: exchange\nid: {event.number}\ndata: {data}\n\n".encode()


def _gap(lost: int) -> bytes:
    return f"event: dropped\ndata: {json.dumps({'events': lost})}\n\n".encode() if lost else b""


def _size(event: Exchange | str) -> int:
    return len(event) if isinstance(event, str) else size_of_exchange(event)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
