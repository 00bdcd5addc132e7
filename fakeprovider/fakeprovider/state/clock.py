"""The one clock of a provider: lifetimes, polls and signatures all read it."""

from __future__ import annotations

import time


class Clock:
    """Real time plus what the test has added to it.

    It reads `time.time`, so freezegun moves it too when it freezes the process the provider lives in.
    """

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Return seconds since the epoch, as this provider believes them to be."""
        return time.time() + self._offset

    @property
    def advanced(self) -> float:
        """How many seconds it is ahead of the machine's clock."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once, for this provider alone; a negative number goes back."""
        self._offset += seconds


def whole(seconds: float) -> int | float:
    """Return seconds as the integer they are, for clients that read nothing else."""
    return int(seconds) if seconds == int(seconds) else seconds
