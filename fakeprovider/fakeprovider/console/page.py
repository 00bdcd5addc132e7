"""The page: everything as it stands, readable and usable without JavaScript."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from fakeprovider.answer import Answer
from fakeprovider.console.exchanges import Shown
from fakeprovider.console.families import families
from fakeprovider.console.moments import ahead, date, near, time
from fakeprovider.control.operation import Ask
from fakeprovider.control.operations import faults
from fakeprovider.control.shapes import ArmedView
from fakeprovider.faults.finding import catalogue
from fakeprovider.front import CONTROL

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_EXCHANGES: Final = 200
MOST_DISARMED: Final = 20

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # With "no-referrer" browsers would hide the Origin of the page's own forms, and the guard would refuse them.
    ("Referrer-Policy", "same-origin"),
)


def page(ask: Ask) -> Answer:
    """The page; with `since` only the exchanges after that number are in it."""
    return show(ask)


def show(ask: Ask, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> Answer:
    """The page, with what was wrong by form, and what was typed there; a problem makes it a 422."""
    provider = ask.provider
    since = (ask.query.since or 0) if ask.query else 0
    newest = reversed(provider.journal.since(since)[-MOST_EXCHANGES:])
    armed, disarmed = _armed(ask)
    html = (
        _environment()
        .get_template("page.html")
        .render(
            base=base(ask),
            provider=provider,
            now=provider.clock.now(),
            exchanges=[Shown.of(exchange, provider.secrets) for exchange in newest],
            most=MOST_EXCHANGES,
            armed=armed,
            disarmed=disarmed,
            known=list(catalogue()),
            families=families(provider),
            problems=problems or {},
            typed=typed or {},
        )
    )
    # JSON can name halves of characters, which no page can hold: they are shown as they were escaped.
    whole = html.encode(errors="backslashreplace").decode()
    answer = Answer.html(whole, 422 if problems else 200)
    answer.headers += _HEADERS
    return answer


def base(ask: Ask) -> str:
    """The path of the control API that was asked."""
    return ask.request.path.partition(CONTROL)[0] + CONTROL


def _armed(ask: Ask) -> tuple[list[ArmedView], list[ArmedView]]:
    entries = faults.armed(ask)
    gone = [entry for entry in entries if not entry.armed]
    return [entry for entry in entries if entry.armed], gone[::-1][:MOST_DISARMED]


@functools.cache
def _environment() -> Environment:
    # Most providers are never looked at, so jinja2 is imported when somebody does.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("fakeprovider.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"time": time, "date": date, "near": near, "ahead": ahead}
    return environment
