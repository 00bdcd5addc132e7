"""Parts: what is small and needed for every request. Each process has a copy, and a version says whether it is new."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fakeprovider.errors import SettingError
from fakeprovider.redis_state.turn import Command, Turn
from fakeprovider.state.backend import Part

if TYPE_CHECKING:
    from redis import Redis


class Parts:
    """The parts of one provider: read again where another process has changed them, written where this one has."""

    def __init__(self, redis: Redis, turn: Turn, prefix: str) -> None:
        self._redis: Any = redis  # its type stubs promise awaitables, too
        self._turn = turn
        self._key = f"{prefix}parts"
        self._version_key = f"{prefix}version"
        self._version = ""
        self._parts: Mapping[str, Part] = {}
        self._who = ""
        self._texts: dict[str, str] = {}
        turn.enlist(self)

    def join(self, parts: Mapping[str, Part], who: str) -> None:
        """Take over the parts that others have, or begin with those that are here.

        `who` says which provider it is. Raises `SettingError` where another one has this place.
        """
        with self._turn:
            there = self._redis.hget(self._key, "provider")
            if there is not None and there != who:
                raise SettingError(
                    f"the state in this database belongs to another provider ({there}), this one is {who}; "
                    "name another database, as in redis://localhost/1, or empty it with redis-cli FLUSHDB"
                )
            self._parts, self._who = parts, who
            self._read()

    def refresh(self) -> None:
        """Read again what others have changed since."""
        if not self._parts or self._turn.mine:
            return
        version = self._redis.get(self._version_key) or "none"
        if version != self._version:
            with self._turn:
                pass  # to begin a turn is to read what is new

    # -- in a turn ----------------------------------------------------------------------------------------------

    def begin(self, version: str) -> None:
        """Read what others have changed."""
        if self._parts and version != self._version:
            self._read()
            self._version = version

    def changes(self) -> Iterator[Command]:
        """Yield the commands that write the parts that are not as they were."""
        images = {name: json.dumps(part.image()) for name, part in self._parts.items()}
        for name, text in {"provider": self._who, **images}.items() if self._parts else ():
            if self._texts.get(name) != text:
                self._texts[name] = text
                self._turn.parts_changed = True
                yield "HSET", self._key, name, text

    def end(self, version: str) -> None:
        """Take note of what was written; after a turn that was lost, everything is read again."""
        self._version = version
        if not version:
            self._texts = {}

    def _read(self) -> None:
        there = self._redis.hgetall(self._key)
        # Where somebody has emptied the database, what is here goes there again.
        self._texts = {name: text for name, text in self._texts.items() if name in there}
        for name, part in self._parts.items():
            text = there.get(name)
            if text is not None and text != self._texts.get(name):
                part.restore(json.loads(text))
                # As it would be written here: what differs only in its spelling is no change.
                self._texts[name] = json.dumps(part.image())
