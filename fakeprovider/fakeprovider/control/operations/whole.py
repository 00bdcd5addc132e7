"""The provider as a whole."""

from __future__ import annotations

from fakeprovider._version import __version__
from fakeprovider.answer import Answer
from fakeprovider.control.events import stream
from fakeprovider.control.operation import Ask
from fakeprovider.control.shapes import DialectView, IssuerView, MarkView, Overview, SecretView


def overview(ask: Ask) -> Overview:
    """What is served here, and everything this API can do."""
    from fakeprovider.control.routes import OPERATIONS  # not above: the table names this function

    control = ask.control
    beside = [IssuerView.of(other.provider, other.url) for other in tuple(control.front.controls.values())]
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
