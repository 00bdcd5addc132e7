"""What was measured, by contender: medians, and ratios between them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from benchmarks.field import Contender
from benchmarks.process import BrokenContenderError

MEASURES: Final = {
    "start": "start to first 200, ms",
    "whole": "start + request + stop, ms",
    "discovery": "discovery/s",
    "jwks": "JWKS/s",
    "tokens": "tokens/s",
    "memory_start": "MB at start",
    "memory_tokens": "MB after the tokens",
}
"""What is measured, by its name here, as tables call it."""


class Results:
    """Every figure of one run."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.broken: dict[str, str] = {}
        """Why a contender has no figures, or not all of them."""
        self.notes: dict[str, str] = {}
        self.rounds = 0
        self.tokens = 0
        """How many tokens everybody was asked for before memory was measured again."""

    def add(self, contender: Contender, measured: str, figure: float) -> None:
        """Write down one figure."""
        self._figures[contender.name, measured].append(figure)

    def median(self, contender: Contender, measured: str) -> float | None:
        """The median of all figures, None where there is none."""
        figures = self._figures.get((contender.name, measured))
        return statistics.median(figures) if figures else None

    def best(self, contenders: Iterable[Contender], measured: str, *, most: bool) -> tuple[float, str] | None:
        """The best median among `contenders`, the greatest or the least, and whose it is."""
        medians = [(value, one.name) for one in contenders if (value := self.median(one, measured)) is not None]
        return (max if most else min)(medians, default=None)

    def attempt(self, contender: Contender, measuring: Callable[[], None]) -> None:
        """Measure a contender unless it is broken; a peer that breaks now is left out from here on."""
        if contender.name in self.broken:
            return
        try:
            measuring()
        except (BrokenContenderError, OSError, ValueError, KeyError) as problem:
            if not contender.is_peer:
                raise
            self.broken[contender.name] = str(problem) or type(problem).__name__
