"""Marks: the verdicts in the order a page tells them, each with a shape beside its word and its colour.

Nobody has to tell colours apart: the shape of a verdict is its own, and its word always stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.verdict import Verdict

_MEANINGS: Final = {
    Verdict.BROKEN: "The client does not keep a MUST.",
    Verdict.UNSTABLE: "Two runs of the same check disagreed, so nobody is accused.",
    Verdict.UNCHECKED: "The check did not come about, so nothing is known.",
    Verdict.STALE: "A deviation is declared, and the contract is kept.",
    Verdict.ADVICE: "The client does not keep a SHOULD.",
    Verdict.DEVIATION: "Not kept, which the adapter declares with a reason.",
    Verdict.KEPT: "The client was put to the test and kept it.",
    Verdict.NOT_APPLICABLE: "The contract is about something that the client does not do.",
}
UNKEPT: Final = tuple(verdict for verdict in Verdict if verdict not in (Verdict.KEPT, Verdict.NOT_APPLICABLE))
"""The verdicts that are told in full, each contract by itself."""


@dataclass(frozen=True)
class Mark:
    """A verdict as a page shows it: `word` is its own, `name` that of its shape and its colour."""

    word: str
    name: str
    meaning: str


MARKS: Final = {verdict: Mark(str(verdict), str(verdict).replace(" ", "-"), _MEANINGS[verdict]) for verdict in Verdict}
"""Verdict -> its mark, the worst first."""


def counts(rows: Iterable[Row]) -> list[tuple[Mark, int]]:
    """Return each verdict that there is with how often it is, the worst first."""
    counted = Counter(row.verdict for row in rows)
    return [(mark, counted[verdict]) for verdict, mark in MARKS.items() if counted[verdict]]
