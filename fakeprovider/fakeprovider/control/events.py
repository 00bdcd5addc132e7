"""Server-sent events: every exchange as it happens, and word of every change (HTML, 9.2).

    event: exchange            id: its number; data: an ExchangeView
    event: change              data: {"of": "faults"}; what has changed: users, clients, faults, clock, ...

`Feed` is the seam for everything that waits for exchanges on a connection of its own.
"""

from __future__ import annotations

import json
from collections import deque
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from fakeprovider.control.responses import ExchangeView
from fakeprovider.journal import Exchange
from fakeprovider.server import Connection
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.control.control import Control


HEARTBEAT: Final = 15.0  # seconds of silence after which a comment keeps proxies from giving up
_MOST_WAITING: Final = 100_000


class Feed:
    """What happens at a provider, for one connection that waits for it; a context manager."""

    def __init__(self, control: Control, connection: Connection) -> None:
        self._control = control
        self._connection = connection
        self._news: deque[Exchange | str] = deque(maxlen=_MOST_WAITING)
        self._listening = ExitStack()

    def next(self, seconds: float) -> list[Exchange | str] | None:
        """The exchanges and changed subjects since the last call; waits for at most `seconds` for some to come.

        Empty when none came, None when the client hung up or the provider stopped.
        """
        if not self._news and not self._connection.wait(seconds):
            return None
        news = []
        while self._news:
            news.append(self._news.popleft())
        return news

    def _hear(self, news: Exchange | str) -> None:
        self._news.append(news)
        self._connection.wake()

    def __enter__(self) -> Self:
        self._listening.enter_context(self._control.provider.journal.listening(self._hear))
        self._listening.enter_context(self._control.listening(self._hear))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._listening.close()


def stream(control: Control, since: int | None) -> Answer:
    """An answer that goes on until the client hangs up; with `since` it begins with what arrived after that mark."""

    def deliver(connection: Connection, answer: Answer) -> None:
        with Feed(control, connection) as feed:
            journal = control.provider.journal
            earlier = journal.since(since) if since is not None else ()
            told = {exchange.number for exchange in earlier}
            head = connection.head(answer, chunked=True)
            going = connection.write(head + _chunk(b": listening\n\n" + b"".join(map(_event, earlier))))
            while going and (news := feed.next(HEARTBEAT)) is not None:
                fresh = [item for item in news if not (isinstance(item, Exchange) and item.number in told)]
                going = connection.write(_chunk(b"".join(map(_event, fresh)) or b": still here\n\n"))
        connection.close()

    headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
    return Answer(200, headers, deliver=deliver)


def _event(news: Exchange | str) -> bytes:
    if isinstance(news, str):
        return f"event: change\ndata: {json.dumps({'of': news})}\n\n".encode()
    data = ExchangeView.of(news).model_dump_json()
    return f"event: exchange\nid: {news.number}\ndata: {data}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
