"""The journal: what arrived, and what was answered."""

from __future__ import annotations

import time

from fakeprovider.answer import Answer
from fakeprovider.control.events import Feed
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.shapes import ExchangeView, HarView, JournalView, MarkView


def exchanges(ask: Ask) -> JournalView:
    """The exchanges that match, in the order of arrival; the newest where there are more than `limit`."""
    journal = ask.provider.journal
    mark = journal.mark()
    found = journal.where(**ask.query.wanted())[-ask.query.limit :]
    return JournalView(mark=mark, dropped=journal.dropped, exchanges=[ExchangeView.of(one) for one in found])


def wait(ask: Ask) -> ExchangeView:
    """The first exchange that matches, as soon as there is one."""
    until = time.monotonic() + ask.query.timeout
    with Feed(ask.control, ask.connection) as feed:
        while True:
            found = ask.provider.journal.where(**ask.query.wanted())
            if found:
                return ExchangeView.of(found[0])
            left = until - time.monotonic()
            if left <= 0 or feed.next(left) is None:
                told = ask.provider.journal.timeline(ask.query.since)
                story = f"no such exchange within {ask.query.timeout:g} s; the journal holds:\n{told}"
                raise Rejection(404, story)


def clear(ask: Ask) -> MarkView:
    """Let go of all exchanges; their numbers go on."""
    ask.provider.journal.clear()
    return MarkView(mark=ask.provider.journal.mark())


def har(ask: Ask) -> HarView:
    """Every exchange as an HTTP Archive, for the network tab of any browser."""
    return HarView.model_validate(ask.provider.journal.har())


def timeline(ask: Ask) -> Answer:
    """Every exchange on a line, for people."""
    text = ask.provider.journal.timeline(ask.query.since or 0)
    return Answer(
        200, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")], f"{text}\n".encode()
    )
