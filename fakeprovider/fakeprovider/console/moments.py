"""Points in time and durations as text; all times of day are UTC by the provider's clock.

`FILTERS` are these functions for the templates of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

_UNITS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def time(at: float) -> str:
    """The time of day of `at`, in seconds since the epoch."""
    moment = _moment(at)
    return f"{moment:%H:%M:%S}" if moment else "never"


def date(at: float) -> str:
    """The date and time of day of `at`, in seconds since the epoch."""
    moment = _moment(at)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "never"


def near(at: float, now: float) -> str:
    """The time of day of `at`; with its date unless that is the date of `now`."""
    return time(at) if date(at)[:10] == date(now)[:10] else date(at)


def ahead(seconds: float) -> str:
    """By how much a clock is ahead, as in `1 h 5 min ahead of this machine`; a negative number is behind."""
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
