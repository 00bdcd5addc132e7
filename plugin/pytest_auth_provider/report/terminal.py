"""The terminal section: a table of verdicts per client, and the whole story of each contract that was not kept."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.verdict import Verdict

COLOURS = {
    Verdict.BROKEN: "red",
    Verdict.UNCHECKED: "red",
    Verdict.STALE: "red",
    Verdict.ADVICE: "yellow",
    Verdict.DEVIATION: "yellow",
    Verdict.KEPT: "green",
    Verdict.NOT_APPLICABLE: "",
}
STORIES = (Verdict.BROKEN, Verdict.ADVICE, Verdict.UNCHECKED, Verdict.STALE)
"""The verdicts whose reason is told below the table."""

Line = tuple[str, str]
"""A line of text and its colour ("" for none)."""


def table(rows: Sequence[Row]) -> Iterator[Line]:
    """One line for each verdict."""
    width = max(len(row.contract) for row in rows)
    for row in rows:
        verdict = f"{row.verdict:<15}"
        variants = f" [{row.variants}]" if row.variants else ""
        reason = f"  ({_first_line(row.reason)})" if row.verdict is Verdict.NOT_APPLICABLE else ""
        yield f"{verdict} {row.contract:<{width}}  {row.title}{variants}{reason}", COLOURS[row.verdict]


def stories(rows: Sequence[Row]) -> Iterator[Line]:
    """Each contract that was not kept: what it asks, where that is written, and what the client did instead.

    Contracts that could not be checked for one and the same reason are told once.
    """
    unchecked: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict is Verdict.UNCHECKED:
            unchecked.setdefault(_first_line(row.reason), []).append(row)
        elif row.verdict in STORIES:
            yield from _story(row)
    for alike in unchecked.values():
        yield from _story(alike[0], more=[row.contract for row in alike[1:]])


def summary(rows: Sequence[Row]) -> str:
    """How many contracts ended how, as in `23 kept, 1 broken`."""
    counted = Counter(row.verdict for row in rows)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in reversed(Verdict) if counted[verdict])


def story(row: Row) -> str:
    """One contract as a block of text, for pytest's own failure report and JUnit XML."""
    return "\n".join(line for line, _colour in _story(row))


def _story(row: Row, more: Sequence[str] = ()) -> Iterator[Line]:
    variants = f" [{row.variants}]" if row.variants else ""
    yield "", ""
    yield f"{row.verdict}: {row.contract}{variants} ({row.level}, {row.client})", COLOURS[row.verdict]
    yield f"  contract     {row.title}", ""
    yield f"  requirement  {row.requirement}", ""
    yield f"  source       {row.source}" + (f"; seed {row.seed}" if row.seed else ""), ""
    yield from ((line, "") for line in textwrap.indent(row.reason, "  ").splitlines())
    if more:
        yield f"  The same for: {', '.join(more)}", ""
    if row.evidence:
        yield "  What the client did:", ""
        yield from ((line, "") for line in textwrap.indent(row.evidence, "    ").splitlines())


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
