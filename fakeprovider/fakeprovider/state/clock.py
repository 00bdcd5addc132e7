"""The one clock of a provider: lifetimes, polls and signatures all read it."""

from __future__ import annotations

import functools
import time
from contextlib import AbstractContextManager, nullcontext
from email.utils import formatdate
from typing import Final


class Clock:
    """Real time plus what the test has added to it.

    It reads `time.time`, so freezegun moves it too when it freezes the process the provider lives in. It is moved
    within `turn`, where other processes share it (`fakeprovider.state.backend`).
    """

    def __init__(self, turn: AbstractContextManager[object] | None = None) -> None:
        self._turn = turn or nullcontext()
        self._offset = 0.0
        self._skipped = 0.0

    def now(self) -> float:
        """Return the provider's time: seconds since the epoch, plus those added by `advance`."""
        return time.time() + self._offset

    @property
    def advanced(self) -> float:
        """How many seconds it is ahead of the machine's clock."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock of this provider `seconds` ahead without waiting; a negative number moves it back."""
        with self._turn:
            self._offset += seconds

    @property
    def skipped(self) -> float:
        """How many seconds of waits were skipped so far; `advanced` counts them, too."""
        return self._skipped

    def skip(self, seconds: float) -> None:
        """Go on as if client and provider had waited `seconds`; see `Provider.skip`."""
        self.advance(seconds)
        self._skipped += seconds

    def image(self) -> float:
        """Return how many seconds it is ahead, for processes that share this clock."""
        return self._offset

    def restore(self, image: float) -> None:
        """Be `image` seconds ahead."""
        self._offset = image


def http_date(seconds: float) -> str:
    """Return seconds since the epoch as an HTTP date (RFC 9110 5.6.7), the last one there is for all that follow."""
    return _http_date(int(min(max(seconds, 0.0), _LAST_DATE)))


@functools.lru_cache(maxsize=64)
def _http_date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


_LAST_DATE: Final = 253402300799.0
"""The end of the year 9999."""


def whole(seconds: float) -> int | float:
    """Return `seconds` as an int where they are a whole number, for clients that read nothing else."""
    return int(seconds) if seconds == int(seconds) else seconds
