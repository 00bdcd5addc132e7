"""The newest things of a kind, bounded by how many they are and by how many bytes they take."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, Generic, TypeVar

from fakeprovider.journal.exchange import Exchange, Noise

Kept = TypeVar("Kept")

_OVERHEAD: Final = 500  # bytes an exchange takes besides what arrived and what was answered, roughly


class Newest(Generic[Kept]):
    """Keep the newest `most` things, and of those no more than take `most_bytes` by `size`; always the newest one.

    `dropped` counts those that were let go. Safe to use from several threads.
    """

    def __init__(self, most: int, most_bytes: int, size: Callable[[Kept], int]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._size = size
        self._kept: deque[tuple[Kept, int]] = deque()
        self._lock = threading.Lock()
        self.bytes = 0
        self.dropped = 0

    def append(self, thing: Kept) -> None:
        """Keep `thing`, and let the oldest go where that is too much."""
        size = self._size(thing)
        with self._lock:
            self._kept.append((thing, size))
            self.bytes += size
            while len(self._kept) > self._most or (self.bytes > self._most_bytes and len(self._kept) > 1):
                self.bytes -= self._kept.popleft()[1]
                self.dropped += 1

    def clear(self) -> None:
        """Forget everything, and that anything was dropped."""
        with self._lock:
            self._kept.clear()
            self.bytes = self.dropped = 0

    def take(self) -> list[Kept]:
        """Return everything, and forget it."""
        with self._lock:
            taken = [thing for thing, _ in self._kept]
            self._kept.clear()
            self.bytes = 0
        return taken

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Kept]:
        """Yield everything there is now, the oldest first."""
        return iter([thing for thing, _ in self._kept.copy()])


def size_of_exchange(exchange: Exchange) -> int:
    """Return roughly how many bytes of memory an exchange takes."""
    fields = chain.from_iterable(chain(exchange.request_headers, exchange.response_headers, exchange.form.items()))
    texts = len(exchange.path) + len(exchange.note) + sum(map(len, fields))
    return _OVERHEAD + texts + len(exchange.request_body) + len(exchange.response_body)


def size_of_noise(noise: Noise) -> int:
    """Return roughly how many bytes of memory noise takes."""
    return _OVERHEAD + len(noise.what) + len(noise.data)
