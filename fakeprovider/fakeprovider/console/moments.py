"""Moments and durations as people read them; all moments are UTC by the provider's clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

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
