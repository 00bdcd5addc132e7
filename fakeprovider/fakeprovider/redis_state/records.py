"""Records in Redis: read when they are asked for, changed in place within a turn, written when it ends.

Each kind is a hash, value by key; beside it a sorted set says when each record expires. Within a turn a record is read
once, so that whoever looks it up twice gets the same object, as in memory. Outside of one it is a copy.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, MutableMapping, ValuesView
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from fakeprovider.redis_state.encoding import Encoding
from fakeprovider.redis_state.turn import Command, Turn
from fakeprovider.state.store import Session

if TYPE_CHECKING:
    from redis import Redis

K = TypeVar("K", str, tuple[str, str])
V = TypeVar("V")

_AT_ONCE: Final = 500  # fields of one command
_UNREAD: Final = "?"  # what stands in Redis was not looked at


@dataclass
class _Known(Generic[V]):
    """What this turn knows of one key: the record (None: there is none), and what stands in Redis ("": nothing)."""

    record: V | None
    stored: str
    born: str


class Records(MutableMapping[K, V]):
    """All records of one kind, in the order in which they came."""

    def __init__(self, redis: Redis, turn: Turn, key: str, encoding: Encoding[V], lifetimes: str = "") -> None:
        self._redis: Any = redis  # its type stubs promise awaitables, too
        self._turn = turn
        self._key = key
        self._expiry = f"{key}:expiry"
        self._sessions_expiry = lifetimes
        self._encoding = encoding
        self._known: dict[K, _Known[V]] = {}
        self._cleared = False
        turn.enlist(self)

    # -- as a mapping -------------------------------------------------------------------------------------------

    def __getitem__(self, key: K) -> V:
        record = self._lookup(key).record
        if record is None:
            raise KeyError(key)
        return record

    def __setitem__(self, key: K, record: V) -> None:
        with self._turn:
            known = self._known.get(key)
            if known is None:
                self._known[key] = _Known(record, _UNREAD, str(time.time_ns()))
            else:
                known.record = record

    def __delitem__(self, key: K) -> None:
        with self._turn:
            known = self._lookup(key)
            if known.record is None:
                raise KeyError(key)
            known.record = None

    def __iter__(self) -> Iterator[K]:
        return iter(self._all())

    def values(self) -> ValuesView[V]:
        """Return every record, oldest first; this reads all of them."""
        return ValuesView(self._all())

    def __len__(self) -> int:
        if self._turn.mine and (self._known or self._cleared):
            return len(self._all())
        return int(self._redis.hlen(self._key))

    def clear(self) -> None:
        """Delete every record."""
        with self._turn:
            self._known.clear()
            self._cleared = True

    def expire(self, before: float) -> int:
        """Delete the records that expired until `before`, in seconds since the epoch; return how many."""
        with self._turn:
            dead = self._redis.zrangebyscore(self._expiry, "-inf", before)
            for field in dead:
                self._known[_key(field)] = _Known(None, _UNREAD, "")
        return len(dead)

    # -- in a turn ----------------------------------------------------------------------------------------------

    def begin(self, _version: str) -> None:
        """Know nothing yet."""
        self._known.clear()
        self._cleared = False

    def changes(self) -> Iterator[Command]:
        """Yield the commands that write what this turn made, changed and deleted."""
        if self._cleared:
            yield "DEL", self._key, self._expiry
        gone: list[str] = []
        for key, known in self._known.items():
            if known.record is None:
                gone += [_field(key)] if known.stored else []
                continue
            text = f"{known.born}:{self._encoding.encode(known.record)}"
            if text != known.stored:
                yield "HSET", self._key, _field(key), text
                yield from self._lifetime(key, known.record)
        for start in range(0, len(gone), _AT_ONCE):
            some: tuple[str, ...] = tuple(gone[start : start + _AT_ONCE])
            yield ("HDEL", self._key, *some)
            yield ("ZREM", self._expiry, *some)

    def end(self, _version: str) -> None:
        """Forget what was known for this turn."""
        self._known.clear()
        self._cleared = False

    def _lifetime(self, key: K, record: V) -> Iterator[Command]:
        expires_at = getattr(record, "expires_at", None)
        if expires_at is not None:
            yield "ZADD", self._expiry, repr(float(expires_at)), _field(key)
        elif isinstance(record, Session):
            yield "ZADD", self._expiry, "GT", repr(record.created_at), _field(key)
        session = getattr(record, "session", None)
        # A session lasts as long as any token of its own, or of those that were exchanged for one of its own.
        while isinstance(session, Session) and expires_at is not None:
            yield "ZADD", self._sessions_expiry, "GT", repr(float(expires_at)), session.id
            session = session.parent

    def _lookup(self, key: K) -> _Known[V]:
        mine = self._turn.mine
        if mine and key in self._known:
            return self._known[key]
        text = None if mine and self._cleared else self._redis.hget(self._key, _field(key))
        known = self._read(text)
        if mine:
            # Reading a session may have brought it here already, by way of another token.
            known = self._known.setdefault(key, known)
        return known

    def _read(self, text: str | None) -> _Known[V]:
        if text is None:
            return _Known(None, "", str(time.time_ns()))
        born, _, written = text.partition(":")
        return _Known(self._encoding.decode(written), text, born)

    def _all(self) -> dict[K, V]:
        """Return every record there is; those of a turn stay the same objects."""
        with self._turn:
            if not self._cleared:
                for field, text in self._redis.hgetall(self._key).items():
                    if (key := _key(field)) not in self._known:
                        self._known[key] = self._read(text)
            # A key is read in the type it was written in.
            known = sorted(self._known.items(), key=lambda one: one[1].born)
            return {key: one.record for key, one in known if one.record is not None}


def _field(key: str | tuple[str, str]) -> str:
    """Return the key of a record as a field of a hash; a pair is written as JSON, which no minted value begins like."""
    return key if isinstance(key, str) else json.dumps(key)


def _key(field: str) -> Any:
    return tuple(json.loads(field)) if field.startswith('["') else field
