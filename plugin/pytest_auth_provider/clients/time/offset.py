"""How far a client's clock is ahead: one variable in the environment of its commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OFFSET: Final = "AUTH_PROVIDER_TIME_OFFSET"
"""Seconds, as text."""


def offset_in(variables: Mapping[str, str]) -> float:
    """The seconds in an environment; 0 where nothing was moved."""
    return float(variables.get(OFFSET, "0"))
