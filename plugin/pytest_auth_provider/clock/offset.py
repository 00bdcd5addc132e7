"""How far a client's clock is ahead: a variable in the environment of its commands, and freezegun in this process."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

OFFSET: Final = "AUTH_PROVIDER_TIME_OFFSET"
"""The environment variable that holds the offset in seconds, as text."""

# The provider lives in this process too, and its clock is moved by itself: seeing the frozen time as well, it would be
# ahead twice as far.
_KEEPS_REAL_TIME = ["fakeprovider"]


def offset_in(variables: Mapping[str, str]) -> float:
    """Return the offset in seconds that an environment carries; 0 where the clock was not moved."""
    return float(variables.get(OFFSET, "0"))


def can_freeze() -> bool:
    """Return whether freezegun is installed."""
    return importlib.util.find_spec("freezegun") is not None


@contextmanager
def shifted_time(seconds: float) -> Iterator[None]:
    """Shift the time of code in this process by `seconds` for a block; it goes on from there. Needs freezegun."""
    if not seconds:
        yield
        return
    from freezegun import freeze_time  # imported late: it looks through every module there is

    shifted = datetime.fromtimestamp(time.time() + seconds, UTC)
    with freeze_time(shifted, tick=True, ignore=_KEEPS_REAL_TIME):
        yield
