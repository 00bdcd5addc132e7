"""Turns: one process at a time checks and changes the state, and what it changed is committed as a whole.

A turn costs two round trips: take the lock, commit and give it back. Whoever has to wait is woken by the commit. The
lock has a lease, so that a process that dies in its turn stops the others for `LEASE` seconds at most; its commit is
fenced: the script writes only for whoever still holds the lock.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from fakeprovider.errors import ProviderError

if TYPE_CHECKING:
    from redis import Redis

Command = tuple[str, ...]
"""One command of Redis with its arguments, as in `("HSET", key, field, value)`."""

LEASE: Final = 5.0
"""Seconds after which the turn of a process that died, or was stopped, is over."""
_PATIENCE: Final = 0.1  # seconds after which a waiting process looks whether a lease has run out

_TAKE: Final = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return redis.call('GET', KEYS[2]) or 'none'
end
return false
"""

# ARGV: the holder, whether parts have changed, then each command after the number of its words. The version of the
# parts is whoever changed them last: a number would begin anew, and mean something else, in an emptied database.
_COMMIT: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
local at = 3
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  redis.call(unpack(ARGV, at + 1, at + words))
  at = at + words + 1
end
if ARGV[2] == '1' then redis.call('SET', KEYS[2], ARGV[1]) end
redis.call('DEL', KEYS[1], KEYS[3])
redis.call('LPUSH', KEYS[3], '1')
redis.call('PEXPIRE', KEYS[3], '1000')
return redis.call('GET', KEYS[2]) or 'none'
"""


class TurnLostError(ProviderError):
    """A turn took longer than its lease, so nothing of it was kept."""


class Changing(Protocol):
    """What takes part in turns: it is told of the beginning, and asked for its changes at the end."""

    def begin(self, version: str, /) -> None:
        """Get ready: `version` is that of the parts in Redis."""

    def changes(self) -> Iterable[Command]:
        """Return the commands that write down what this turn has changed."""

    def end(self, version: str, /) -> None:
        """Forget what was only known for this turn; `version` is that of the parts after it, "" where it was lost."""


class Turn:
    """A block that is one step for all threads, processes and machines; the same thread may nest it."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._keys = [prefix + name for name in ("lock", "version", "released")]
        self._take: Callable[..., Any] = redis.register_script(_TAKE)
        self._commit: Callable[..., Any] = redis.register_script(_COMMIT)
        self.lock = threading.RLock()
        """Keeps the threads of this process apart, so that only one of them waits for Redis."""
        self._depth = 0
        self._thread = 0
        self._holder = ""
        self._taking_part: list[Changing] = []
        self.parts_changed = False
        """Set by whoever changes what every process has a copy of."""

    def enlist(self, one: Changing) -> None:
        """Let `one` take part in every turn from now on."""
        self._taking_part.append(one)

    @property
    def mine(self) -> bool:
        """Whether this thread has the turn."""
        return self._depth > 0 and self._thread == threading.get_ident()

    def __enter__(self) -> Self:
        self.lock.acquire()
        try:
            if self._depth == 0:
                self._begin()
            self._depth += 1
        except BaseException:
            self.lock.release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if self._depth == 1:
                self._end()
        finally:
            self._depth -= 1
            self.lock.release()

    def _begin(self) -> None:
        self._holder = secrets.token_hex(16)
        self._thread = threading.get_ident()
        milliseconds = int(LEASE * 1000)
        while (version := self._take(keys=self._keys[:2], args=[self._holder, milliseconds])) is None:
            self._redis.blpop([self._keys[2]], timeout=_PATIENCE)
        self.parts_changed = False
        self._depth = 1  # what begins may look things up, as part of this turn
        try:
            for one in self._taking_part:
                one.begin(version)
        except BaseException:
            self._commit(keys=self._keys, args=[self._holder, "0"])
            raise
        finally:
            self._depth = 0

    def _end(self) -> None:
        version = None
        try:
            commands = list(chain.from_iterable(one.changes() for one in self._taking_part))
            words = list(_with_lengths(commands))
            version = self._commit(keys=self._keys, args=[self._holder, "1" if self.parts_changed else "0", *words])
        finally:
            for one in self._taking_part:
                one.end(version or "")
        if version is None:
            raise TurnLostError(
                f"this process was stopped for longer than {LEASE:g} s while it changed the state of the provider, so "
                "others went on and nothing of this request was kept; send it again"
            )


def _with_lengths(commands: Iterable[Command]) -> Iterator[str]:
    for command in commands:
        yield str(len(command))
        yield from command
