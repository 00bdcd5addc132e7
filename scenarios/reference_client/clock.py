"""The only two places where time comes from. Replace them to travel."""

import time


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def sleep(seconds: float) -> None:
    """Wait for `seconds`."""
    time.sleep(seconds)
