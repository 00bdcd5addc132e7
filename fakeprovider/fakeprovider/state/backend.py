"""The seam below everything a provider remembers: where it is kept, and who may change it now.

turn      whatever has to happen once (a code is consumed, a refresh token rotated, a family revoked, the n-th request
          of a fault counted) is checked and done within one turn, and only one turn is taken at a time
store     the records of sign-ins: found by their value, however many there are
secrets   every secret that was minted
journal   the exchanges
parts     what is small and needed for every request: settings, clock, people, clients, keys, armed faults

In memory (`Memory`) a turn is a lock, and the rest are plain Python objects. `fakeprovider.redis_state` keeps all of it
in Redis for several processes. Code above does not know which one it uses: it takes turns, and asks `refresh` at the
beginning of each request for what others have changed.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from fakeprovider.journal.journal import Journal
from fakeprovider.state.store import Store


class Part(Protocol):
    """A small part of a provider's state, of which every process has a copy."""

    def image(self) -> object:
        """Return all of it as a JSON value."""

    def restore(self, image: Any) -> None:
        """Become what `image`, made by another process, says."""


class StateBackend(Protocol):
    """Where the state of one provider is kept."""

    @property
    def shared(self) -> bool:
        """Whether other processes may serve the same provider."""

    @property
    def turn(self) -> AbstractContextManager[object]:
        """A block that is one step for everybody else; the same thread may nest it.

        It begins with the newest state, and what was changed in it is kept as a whole when it ends, also by an error.
        """

    def store(self) -> Store:
        """Return the records of sign-ins, whose `lock` is the turn."""

    def secrets(self) -> MutableMapping[str, str]:
        """Return the kinds of all secrets by their values, in the order they were minted."""

    def journal(self, limit: int, most_bytes: int, endpoints: tuple[str, ...], grants: tuple[str, ...]) -> Journal:
        """Return the journal; the arguments are those of `Journal`."""

    def join(self, parts: Mapping[str, Part]) -> None:
        """Keep `parts` alike in all processes from now on: as others have them, or else as they are here.

        Called once, when the provider begins to serve. Raises `SettingError` where others serve another provider.
        """

    def refresh(self) -> None:
        """Bring the parts up to date with what other processes have changed."""

    def close(self) -> None:
        """Let go of connections; what is kept elsewhere stays there."""


class Memory:
    """State in this process alone, gone when it ends."""

    shared = False

    def __init__(self) -> None:
        self.turn = threading.RLock()

    def store(self) -> Store:
        """Return an empty store."""
        return Store(lock=self.turn)

    def secrets(self) -> MutableMapping[str, str]:
        """Return an empty dictionary."""
        return {}

    def journal(self, limit: int, most_bytes: int, endpoints: tuple[str, ...], grants: tuple[str, ...]) -> Journal:
        """Return an empty journal."""
        return Journal(limit, endpoints, grants, most_bytes=most_bytes)

    def join(self, parts: Mapping[str, Part]) -> None:
        """Do nothing: nobody else has these parts."""

    def refresh(self) -> None:
        """Do nothing: nobody else changes anything."""

    def close(self) -> None:
        """Do nothing."""
