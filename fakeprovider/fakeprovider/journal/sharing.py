"""Requests repeat themselves: what thousands of exchanges have in common is kept once."""

from __future__ import annotations

import functools
from typing import Final, TypeVar

from fakeprovider.journal.exchange import Headers

Part = TypeVar("Part", bytes, str, tuple[str, ...], Headers)

_LONGEST: Final = 4096  # bytes; what is longer hardly ever comes twice


def shared(part: Part) -> Part:
    """A part of an exchange as the same object as last time, where it came lately and is not long."""
    return _last(part) if len(part) < _LONGEST else part


@functools.lru_cache(maxsize=256)
def _last(part: Part) -> Part:
    return part
