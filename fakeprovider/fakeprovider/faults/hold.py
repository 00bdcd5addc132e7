"""A request kept waiting at the provider's door: the barrier for races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class Hold(StateFault):
    """Keep a request waiting until `release()` is called or `arrivals` requests wait, at most `seconds`.

    `meanwhile` is called once per held request before it goes on: another process may write the store there.
    """

    arrivals: int = 0
    seconds: float = 10.0
    meanwhile: Callable[[], None] | None = None
    _released: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    _arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0), repr=False, compare=False)
    _waiting: list[int] = field(default_factory=list, repr=False, compare=False)

    def release(self) -> None:
        """Let every held request go on, now and later."""
        self._released.set()

    def wait_for_arrival(self, seconds: float = 10.0) -> bool:
        """Wait until one more request is held; False if none came within `seconds`."""
        return self._arrived.acquire(timeout=seconds)

    def before(self, call: Call) -> None:
        """Hold the request."""
        self._waiting.append(call.number)
        self._arrived.release()
        if self.meanwhile is not None:
            self.meanwhile()
        if self.arrivals and len(self._waiting) >= self.arrivals:
            self.release()
        if self.arrivals or self.meanwhile is None:
            self._released.wait(self.seconds)

    def end(self, provider: Provider) -> int:
        """Nothing stays held when the block is left."""
        self.release()
        return 0
