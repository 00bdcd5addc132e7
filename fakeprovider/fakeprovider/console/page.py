"""The page: everything as it stands, readable and usable without JavaScript.

`FILTERS` are points in time and durations as text, for its templates; all times of day are UTC by the provider's clock.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from fakeprovider.console.exchanges import ShownExchange
from fakeprovider.console.families import families
from fakeprovider.control.operations import faults
from fakeprovider.faults.catalogue import catalogue
from fakeprovider.hosts import CONTROL
from fakeprovider.pages import environment
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from jinja2 import Environment

    from fakeprovider.control.operation import ApiRequest
    from fakeprovider.control.responses import ArmedView


_UNITS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def time(at: float) -> str:
    """Return the time of day of `at`, in seconds since the epoch."""
    moment = _moment(at)
    return f"{moment:%H:%M:%S}" if moment else "never"


def date(at: float) -> str:
    """Return the date and time of day of `at`, in seconds since the epoch."""
    moment = _moment(at)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "never"


def near(at: float, now: float) -> str:
    """Return the time of day of `at`; with its date unless that is the date of `now`."""
    return time(at) if date(at)[:10] == date(now)[:10] else date(at)


def ahead(seconds: float) -> str:
    """Return how far a clock is ahead, as in `1 h 5 min ahead of this machine`; behind where it is negative."""
    if not round(seconds):
        return "as late as this machine"
    left, parts = abs(round(seconds)), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count else []
    return f"{' '.join(parts)} {'ahead of' if seconds > 0 else 'behind'} this machine"


FILTERS: Final[dict[str, Callable[..., str]]] = {"time": time, "date": date, "near": near, "ahead": ahead}


def _moment(at: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (OverflowError, ValueError, OSError):
        return None  # a lifetime longer than calendars


_MOST_EXCHANGES: Final = 200
_MOST_DISARMED: Final = 20

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("X-Frame-Options", "DENY"),
    # With "no-referrer" browsers would hide the Origin of the page's own forms, which would then be refused.
    ("Referrer-Policy", "same-origin"),
)


def show(request: ApiRequest, problems: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> Answer:
    """Render the page.

    `problems` are error messages by the form they belong to, with which the status is 422; `typed` is what was filled
    in there, by field. With `since` in the query only the exchanges after that number are in the page.
    """
    provider = request.provider
    since = (request.query.since or 0) if request.query else 0
    newest = reversed(provider.journal.since(since)[-_MOST_EXCHANGES:])
    armed, disarmed = _armed(request)
    html = (
        _environment()
        .get_template("page.html")
        .render(
            base=base_path(request),
            provider=provider,
            now=provider.clock.now(),
            exchanges=[ShownExchange.of(exchange, provider.secrets) for exchange in newest],
            most=_MOST_EXCHANGES,
            armed=armed,
            disarmed=disarmed,
            known=list(catalogue()),
            families=families(provider.store, provider.clock.now()),
            problems=problems or {},
            typed=typed or {},
        )
    )
    # JSON can contain lone surrogates, which UTF-8 cannot: they are shown escaped.
    encodable = html.encode(errors="backslashreplace").decode()
    answer = Answer.html(encodable, 422 if problems else 200)
    answer.headers += _HEADERS
    return answer


def base_path(request: ApiRequest) -> str:
    """Return the path of the control API that was asked."""
    return request.http.path.partition(CONTROL)[0] + CONTROL


def _armed(request: ApiRequest) -> tuple[list[ArmedView], list[ArmedView]]:
    """Return the faults in force, and the latest that were disarmed, newest first."""
    entries = faults.list_armed(request)
    disarmed = [entry for entry in entries if not entry.armed]
    return [entry for entry in entries if entry.armed], disarmed[::-1][:_MOST_DISARMED]


@functools.cache
def _environment() -> Environment:
    """Return the environment of all pages, with the templates and filters of this one."""
    # Most providers are never looked at, so jinja2 is imported when somebody does.
    from jinja2 import PackageLoader

    console = environment().overlay(loader=PackageLoader("fakeprovider.console"), lstrip_blocks=True)
    console.filters = {**console.filters, **FILTERS}
    return console
