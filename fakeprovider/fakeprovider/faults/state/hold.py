"""A request kept waiting at the provider's door: the barrier for races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault
from fakeprovider.faults.checking import Count, Seconds

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider
    from fakeprovider.server import Connection


@dataclass(frozen=True)
class Hold(StateFault):
    """Keep a request waiting until `release()` is called or `arrivals` requests wait, at most `seconds`.

    `meanwhile` is called once per held request before it goes on: another process may write the store there. With
    `meanwhile` and no `arrivals` the request goes on as soon as it returns. A wait ends early when the client hangs up
    or the provider stops.
    """

    arrivals: Count = 0
    seconds: Seconds = 10.0
    meanwhile: Callable[[], object] | None = None
    _door: _Door = field(default_factory=lambda: _Door(), init=False, repr=False, compare=False)

    def release(self) -> None:
        """Let every held request go on, now and later."""
        self._door.open()

    def wait_for_arrival(self, seconds: float = 10.0) -> bool:
        """Wait until one more request is held; False if none came within `seconds`."""
        return self._door.arrived.acquire(timeout=seconds)

    def begin(self, provider: Provider) -> None:
        """Every block begins with the door closed."""
        self._door.close()

    def before(self, call: Call) -> None:
        """Hold the request."""
        number = self._door.arrive()
        if self.meanwhile is not None:
            self.meanwhile()
        if self.arrivals and number >= self.arrivals:
            self.release()
        if self.arrivals or self.meanwhile is None:
            self._door.wait(call.connection, self.seconds)

    def end(self, provider: Provider) -> int:
        """Nothing stays held when the block is left."""
        self.release()
        return 0


class _Door:
    """Shut at first; whoever arrives waits on its own connection, so that a hang-up wakes it too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Connection] = []
        self.close()

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._arrivals = 0
            self.arrived = threading.Semaphore(0)

    def open(self) -> None:
        with self._lock:
            self._open = True
            for connection in self._waiting:
                connection.wake()

    def arrive(self) -> int:
        with self._lock:
            self._arrivals += 1
            self.arrived.release()
            return self._arrivals

    def wait(self, connection: Connection, seconds: float) -> None:
        with self._lock:
            if self._open:
                return
            self._waiting.append(connection)
        connection.wait(seconds)
        with self._lock:
            self._waiting.remove(connection)
