"""The provider as a whole."""

from __future__ import annotations

import time

from pydantic import BaseModel

from fakeprovider._version import __version__
from fakeprovider.control.events import Feed, stream
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.requests import A_CENTURY, KeyStep, SettingsView
from fakeprovider.control.responses import (
    ClockView,
    DialectView,
    ExchangeView,
    HarView,
    IssuerView,
    JournalView,
    KeysView,
    MarkView,
    Overview,
    SecretView,
)
from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer
from fakeprovider.settings import CHECKS
from fakeprovider.tokens.key_ring import KeyRing


def overview(ask: Ask) -> Overview:
    """What is served here, and everything this API can do."""
    from fakeprovider.control.routes import OPERATIONS  # not above: the table names this function

    control = ask.control
    beside = [IssuerView.of(other.provider, other.url) for other in control.beside]
    return Overview(
        **IssuerView.of(ask.provider, control.url).model_dump(),
        version=__version__,
        operations=[f"{one.method} {one.path}" for one in OPERATIONS if not one.hidden],
        issuers=beside,
        crashes=[f"{type(error).__name__}: {error}" for error in ask.provider.crashes],
    )


def openapi(ask: Ask) -> Answer:
    """This API as an OpenAPI 3.1 document."""
    from fakeprovider.control.openapi import document  # not above: it is made from the table that names this function

    return Answer.json(document(ask.control))


def dialects(ask: Ask) -> list[DialectView]:
    """Every provider family that can be imitated."""
    from fakeprovider.dialects import dialects

    return [DialectView(name=name, documentation=kind.__doc__ or "") for name, kind in dialects().items()]


def secrets(ask: Ask) -> list[SecretView]:
    """Every secret the provider minted: what must not turn up in a tool's output, logs or arguments."""
    return [SecretView(kind=secret.kind, value=secret.value) for secret in ask.provider.secrets]


def reset(ask: Ask) -> MarkView:
    """Bring everything back to where it began: nobody signed in, nothing armed, the journal empty.

    Knobs, accounts, clients, decision, keys and clock are as they were when serving began. Exchange numbers go on.
    """
    ask.control.reset()
    return MarkView(mark=ask.provider.journal.mark())


def down(ask: Ask) -> MarkView:
    """Refuse every connection for some seconds, to this API too, and hang up on those that are open.

    There is no way back before: whoever could ask for it would be refused. Providers behind the same socket go along.
    """
    ask.provider.down()
    ask.control.armory.later(ask.body.seconds, ask.provider.up)
    return MarkView(mark=ask.provider.journal.mark())


def events(ask: Ask) -> Answer:
    """Every exchange as it happens (`event: exchange`), and word of every change made here (`event: change`).

    A client that comes back sends `Last-Event-ID`, as browsers do, or `since`, and misses nothing.
    """
    last = ask.request.headers.get("Last-Event-ID", "")
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else ask.query.since
    answer = stream(ask.control, since)
    if ask.request.method == "HEAD":
        answer.deliver = None
    return answer


# FROM fakeprovider/fakeprovider/control/operations/clock.py: The provider's clock.


def now(ask: Ask) -> ClockView:
    """What time it is for the provider."""
    clock = ask.provider.clock
    return ClockView(now=clock.now(), advanced=clock.advanced)


def advance(ask: Ask) -> ClockView:
    """Let seconds pass at once: tokens and codes expire, nobody waits."""
    clock, seconds = ask.provider.clock, ask.body.seconds
    if abs(clock.advanced + seconds) > A_CENTURY:
        raise Rejection(409, f"seconds: {seconds:g} more would be over a century off", {"seconds": "too many"})
    clock.advance(seconds)
    return now(ask)


# FROM fakeprovider/fakeprovider/control/operations/keys.py: The signing keys, and the steps of a rotation.


def keys(ask: Ask) -> KeysView:
    """Which key signs, and which ones the world is told of."""
    ring = ask.provider.keys
    return KeysView(signs=ring.active.kid, algorithm=ring.active.algorithm, jwks=ring.jwks())


def step(ask: Ask) -> KeysView:
    """Take one step of a rotation, in whatever order: publish before sign as it should be, or the other way round."""
    try:
        _take(ask.provider.keys, ask.body)
    except SettingError as error:
        raise Rejection(404, str(error), {"kid": str(error)}) from None
    return keys(ask)


def _take(ring: KeyRing, step: KeyStep) -> None:
    signing = ring.active  # the first key takes its place, and its name, before any other
    if step.step == "rotate":
        ring.rotate(keep_old=step.keep_old)
    elif step.step == "publish":
        ring.publish(ring.new(kid=step.kid))
    elif step.step == "sign":
        ring.sign_with(ring.new() if step.kid is None else step.kid)
    elif step.step == "retire":
        ring.retire(signing.kid if step.kid is None else step.kid)
    else:
        ring.replace()


# FROM fakeprovider/fakeprovider/control/operations/settings.py: The knobs.


def knobs(ask: Ask) -> BaseModel:
    """Every knob as it stands."""
    return SettingsView(**{name: getattr(ask.provider, name) for name in CHECKS})


def turn(ask: Ask) -> BaseModel:
    """Turn some knobs, all of them or, where one of them means nothing, none."""
    ask.provider.apply(ask.body.model_dump(exclude_unset=True))
    return knobs(ask)


# FROM fakeprovider/fakeprovider/control/operations/journal.py: The journal: what arrived, and what was answered.


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
