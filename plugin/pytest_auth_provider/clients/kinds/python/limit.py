"""A time limit for code in this process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeIsUpError(BaseException):
    """Raised inside a call whose time is up. Not an `Exception`: programs catch those and go on."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUpError` in a block that takes longer, wherever it waits; again and again where it is caught.

    Outside of the main thread nothing can be interrupted, and there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeIsUpError

    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, interval)
