"""Durations as they go over the wire."""

from __future__ import annotations


def whole(seconds: float) -> int | float:
    """Seconds as the integer they are, for clients that read nothing else."""
    return int(seconds) if seconds == int(seconds) else seconds
