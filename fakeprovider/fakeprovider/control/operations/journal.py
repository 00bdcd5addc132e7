"""The journal: what arrived, what was answered, and what happens now."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from fakeprovider.control.errors import ApiError
from fakeprovider.control.events import Feed, stream
from fakeprovider.control.operation import ApiRequest
from fakeprovider.control.responses import ExchangeView, HarView, JournalView, MarkView
from fakeprovider.server.answer import Answer

_GLANCE: Final = 0.02  # seconds between two looks at a journal that other processes write, too


def list_exchanges(request: ApiRequest) -> JournalView:
    """List the exchanges that match, in the order of arrival; the newest where there are more than `limit`."""
    journal = request.provider.journal
    mark = journal.mark()
    found = journal.where(**request.query.criteria())[-request.query.limit :]
    return JournalView(mark=mark, dropped=journal.dropped, exchanges=[ExchangeView.of(one) for one in found])


def wait_for_exchange(request: ApiRequest) -> ExchangeView:
    """Wait for an exchange that matches, and show the first one; at once if it is in the journal already."""
    until = time.monotonic() + request.query.timeout
    with _news(request) as wait_for_news:
        while True:
            found = request.provider.journal.where(**request.query.criteria())
            if found:
                return ExchangeView.of(found[0])
            left = until - time.monotonic()
            if left <= 0 or not wait_for_news(left):
                timeline = request.provider.journal.timeline(request.query.since)
                story = f"no such exchange within {request.query.timeout:g} s; the journal holds:\n{timeline}"
                raise ApiError(404, story)


@contextmanager
def _news(request: ApiRequest) -> Iterator[Callable[[float], bool]]:
    """Yield a function that waits for news, so many seconds at most; it returns False where nobody waits any more."""
    if request.provider.backend.shared:
        # What arrives at other processes makes no noise here, so one has to look.
        yield _pause
        return
    with Feed(request.control, request.connection) as feed:
        yield lambda left: feed.next(left) is not None


def _pause(left: float) -> bool:
    time.sleep(min(left, _GLANCE))
    return True


def stream_events(request: ApiRequest) -> Answer:
    """Stream every exchange as it happens (`event: exchange`), and every change made over this API (`event: change`).

    A client that reconnects sends `Last-Event-ID`, as browsers do, or `since`, and misses nothing.
    """
    last = request.http.headers.get("Last-Event-ID", "")
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else request.query.since
    answer = stream(request.control, since)
    if request.http.method == "HEAD":
        answer.deliver = None
    return answer


def clear_journal(request: ApiRequest) -> MarkView:
    """Delete all exchanges; their numbers go on."""
    request.provider.journal.clear()
    return MarkView(mark=request.provider.journal.mark())


def export_har(request: ApiRequest) -> HarView:
    """Export every exchange as an HTTP Archive, for the network tab of any browser."""
    return HarView.model_validate(request.provider.journal.har())


def export_timeline(request: ApiRequest) -> Answer:
    """Export every exchange as a line of text."""
    text = request.provider.journal.timeline(request.query.since or 0)
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    return Answer(200, headers, f"{text}\n".encode())
