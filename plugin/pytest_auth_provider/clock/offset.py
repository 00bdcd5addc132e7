"""How far a client's clock is ahead: one variable in the environment of its commands."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

OFFSET: Final = "AUTH_PROVIDER_TIME_OFFSET"
"""Seconds, as text."""


def offset_in(variables: Mapping[str, str]) -> float:
    """The seconds in an environment; 0 where nothing was moved."""
    return float(variables.get(OFFSET, "0"))


# FROM plugin/pytest_auth_provider/clients/time/frozen.py: Another time for code in this process, by freezegun; the provider, which lives here too, keeps its own clock.


# The provider's clock is moved by itself. Were it to see this time as well, it would be ahead twice as far.
_REAL_TIME = ["fakeprovider"]


def can_freeze() -> bool:
    """Is freezegun installed?"""
    return importlib.util.find_spec("freezegun") is not None


@contextmanager
def frozen(seconds: float) -> Iterator[None]:
    """For a block, the time is `seconds` ahead, and goes on from there."""
    if not seconds:
        yield
        return
    from freezegun import freeze_time  # imported late: it looks through every module there is

    there = datetime.fromtimestamp(time.time() + seconds, UTC)
    with freeze_time(there, tick=True, ignore=_REAL_TIME):
        yield
