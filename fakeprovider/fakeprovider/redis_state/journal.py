"""The journal of a provider that several processes serve."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from fakeprovider.journal.exchange import Exchange
from fakeprovider.journal.journal import Journal

if TYPE_CHECKING:
    from redis import Redis

_GLANCE: Final = 0.02  # seconds between two looks for an exchange that is waited for
_BODIES: Final = ("request_body", "response_body")
_HEADERS: Final = ("request_headers", "response_headers")

# The exchanges by number, how many bytes they take, and how many were let go. ARGV: number, exchange, limits.
_APPEND: Final = """
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
local bytes = redis.call('INCRBY', KEYS[2], #ARGV[2])
while redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[3]) or
      (bytes > tonumber(ARGV[4]) and redis.call('ZCARD', KEYS[1]) > 1) do
  local oldest = redis.call('ZPOPMIN', KEYS[1])
  bytes = redis.call('DECRBY', KEYS[2], #oldest[1])
  redis.call('INCR', KEYS[3])
end
"""


class RedisJournal(Journal):
    """The exchanges of all processes, numbered in the order in which they arrived anywhere.

    Noise, and whoever is `listening`, hear of this process alone. `monotonic` is seconds since the epoch by the clock
    of the machine that received a request, since those of several machines have no other beginning in common.
    """

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        limit: int,
        most_bytes: int,
        endpoints: tuple[str, ...],
        grants: tuple[str, ...],
    ) -> None:
        super().__init__(limit, endpoints, grants, most_bytes=most_bytes)
        self._redis: Any = redis  # its type stubs promise awaitables, too
        self._limits = limit, most_bytes
        self._key, self._numbers = f"{prefix}journal", f"{prefix}journal:numbers"
        self._kept = [self._key, f"{prefix}journal:bytes", f"{prefix}journal:dropped"]
        self._append: Callable[..., Any] = redis.register_script(_APPEND)

    def arrive(self) -> int:
        """Return the number of a request that has just arrived: 1, 2, 3, ... in all processes together."""
        return int(self._redis.incr(self._numbers))

    def clear(self) -> None:
        """Forget all exchanges so far; numbers go on, so that marks keep their meaning."""
        self._redis.delete(*self._kept)
        self.noise.clear()

    def record(self, exchange: Exchange) -> None:
        """Write down an exchange. It happens before the answer leaves, so no client can outrun its own record."""
        self._append(keys=self._kept, args=[exchange.number, _written(exchange), *self._limits])
        for listener in tuple(self._listeners):
            listener(exchange)

    @property
    def dropped(self) -> int:
        """How many of the oldest exchanges were let go since the journal was cleared."""
        return int(self._redis.get(self._kept[2]) or 0)

    def __len__(self) -> int:
        return int(self._redis.zcard(self._key))

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.since(0))

    def mark(self) -> int:
        """Return the place in the journal right now, for `since`."""
        return int(self._redis.get(self._numbers) or 0)

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """Return the exchanges that arrived after `mark`, in order."""
        return tuple(map(_read, self._redis.zrangebyscore(self._key, f"({mark}", "+inf")))

    def wait_for(self, condition: Callable[[Exchange], bool], timeout: float = 10.0) -> Exchange:
        """Wait until an exchange meets `condition`, at most `timeout` seconds, or raise `TimeoutError`."""
        until = time.monotonic() + timeout
        while (found := next(filter(condition, self), None)) is None:
            if time.monotonic() >= until:
                raise TimeoutError(f"no such exchange within {timeout:g} s; the journal holds:\n{self.timeline()}")
            time.sleep(_GLANCE)
        return found


def _written(exchange: Exchange) -> str:
    """Return the exchange as JSON; bodies become text of the same bytes, character by character."""
    since_then = time.monotonic() - exchange.monotonic
    members: dict[str, Any] = {**exchange._asdict(), "form": dict(exchange.form), "monotonic": time.time() - since_then}
    for name in _BODIES:
        members[name] = members[name].decode("latin-1")
    return json.dumps(members)


def _read(text: str) -> Exchange:
    members = json.loads(text)
    for name in _BODIES:
        members[name] = members[name].encode("latin-1")
    for name in _HEADERS:
        members[name] = tuple(map(tuple, members[name]))
    return Exchange(**{**members, "faults": tuple(members["faults"])})
