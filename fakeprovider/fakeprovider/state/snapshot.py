"""Snapshots: all that a provider remembers at one moment, to be put back into another one with the same issuer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakeprovider.journal.exchange import Exchange


@dataclass(frozen=True)
class Snapshot:
    """All that a provider remembered at one moment; it stays as it is, whatever the provider does afterwards.

    `parts` are its settings, clock, people, clients and keys as JSON values, by name. `records` are the tables of its
    store by name, `secrets` the kinds of all secrets by their values. `exchanges` are those of its journal.
    """

    parts: Mapping[str, object]
    records: Mapping[str, Any] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    exchanges: tuple[Exchange, ...] = field(repr=False)
