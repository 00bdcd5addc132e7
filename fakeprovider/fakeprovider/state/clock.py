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
        """Return the provider's time: seconds since the epoch, plus those added by `advance`."""
        return time.time() + self._offset

    @property
    def advanced(self) -> float:
        """How many seconds it is ahead of the machine's clock."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock of this provider `seconds` ahead without waiting; a negative number moves it back."""
        self._offset += seconds

    def image(self) -> float:
        """Return how many seconds it is ahead, for processes that share this clock."""
        return self._offset

    def restore(self, image: float) -> None:
        """Be `image` seconds ahead."""
        self._offset = image


def whole(seconds: float) -> int | float:
    """Return `seconds` as an int where they are a whole number, for clients that read nothing else."""
    return int(seconds) if seconds == int(seconds) else seconds
