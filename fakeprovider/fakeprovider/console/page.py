"""The page: everything as it stands, readable and usable without JavaScript."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Final

from fakeprovider.console.exchanges import Shown
from fakeprovider.console.families import families
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.operations import faults
from fakeprovider.control.responses import ArmedView
from fakeprovider.faults.catalogue import catalogue
from fakeprovider.hosts import CONTROL
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from jinja2 import Environment


# FROM fakeprovider/fakeprovider/console/moments.py: Moments and durations as people read them; all moments are UTC by the provider's clock.


_UNITS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def time(at: float) -> str:
    """The time of day of `at`, seconds since the epoch."""
    moment = _moment(at)
    return f"{moment:%H:%M:%S}" if moment else "never"


def date(at: float) -> str:
    """The same with its date."""
    moment = _moment(at)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "never"


def near(at: float, now: float) -> str:
    """The time of day where `at` is on the day of `now`, else with its date."""
    return time(at) if date(at)[:10] == date(now)[:10] else date(at)


def ahead(seconds: float) -> str:
    """How far a clock is off, as in `1 h 5 min ahead of this machine`."""
    if not round(seconds):
        return "as late as this machine"
    left, parts = abs(round(seconds)), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count else []
    return f"{' '.join(parts)} {'ahead of' if seconds > 0 else 'behind'} this machine"


def _moment(at: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):
        return None  # a lifetime longer than calendars


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


TYPES: Final = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}


def resource(ask: Ask) -> Answer:
    """One file the page is made of."""
    name = ask.values["file"]
    if name not in TYPES:
        raise Rejection(404, f"the console has no {name!r}; there are {', '.join(TYPES)}")
    body = resources.files(__package__).joinpath("static", name).read_bytes()
    return Answer(
        200,
        [("Content-Type", TYPES[name]), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")],
        body,
    )
