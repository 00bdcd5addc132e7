"""The terminal section: a table of verdicts per client, and the whole story of each contract that was not kept.

table      a line for each contract: verdict, id, what it promises, as far as the terminal is wide
reasons    why contracts do not apply, and the deviations that are declared
stories    each contract that was not kept: what it asks, where that is written, what the client did
summary    how many contracts ended how
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
PROSE = 100
"""Sentences are not set wider than this, in characters."""
LEAST = 24
"""A promise that would have fewer characters than this is left out of the table."""
PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
"""What makes one and the same reason look different: each test has a provider of its own."""
BODIES = ("    sent:", "    answered:")


class Line(NamedTuple):
    """A line of text: its beginning in a colour ("" for none), its rest plain."""

    head: str
    colour: str = ""
    rest: str = ""

    def __str__(self) -> str:
        return self.head + self.rest


def table(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """One line for each verdict, no wider than `width`; with `whole`, promises are wrapped and not shortened."""
    verdicts = max(len(row.verdict) for row in rows)
    contracts = max(len(row.contract) for row in rows)
    indent = verdicts + contracts + 4
    room = width - indent
    for row in rows:
        promise = f"[{row.variants}] {row.title}" if row.variants else row.title
        if whole:
            first, *more = textwrap.wrap(promise, max(room, LEAST)) or [""]
        else:
            first, more = textwrap.shorten(promise, room, placeholder=" ...") if room >= LEAST else "", []
        rest = f"  {row.contract:<{contracts}}  {first}".rstrip()
        yield Line(f"{row.verdict:<{verdicts}}", COLOURS[row.verdict], rest)
        yield from (Line("", "", " " * indent + line) for line in more)


def reasons(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Why contracts do not apply, each reason told once, and which deviations are declared."""
    excused = (Verdict.NOT_APPLICABLE, Verdict.DEVIATION)
    grouped: dict[tuple[Verdict, str], list[str]] = {}
    for row in rows:
        if row.verdict in excused:
            reason = row.declared or _first_line(row.reason)
            grouped.setdefault((row.verdict, reason), []).append(row.contract)
    for (verdict, reason), contracts in sorted(grouped.items(), key=lambda group: excused.index(group[0][0])):
        yield Line("")
        first, *more = _wrapped(reason, width, f"{verdict}: ", "  ")
        yield Line(f"{verdict}:", COLOURS[verdict], first.removeprefix(f"{verdict}:"))
        yield from map(Line, [*more, *_wrapped(", ".join(contracts), width, "  ", "  ")])


def stories(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Each contract that was not kept: what it asks, where that is written, and what the client did instead.

    Contracts that could not be checked for one and the same reason are told once. Bodies of exchanges are cut at
    `width` unless `whole`.
    """
    unchecked: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict is Verdict.UNCHECKED:
            unchecked.setdefault(PORT.sub("", _first_line(row.reason)), []).append(row)
        elif row.verdict in STORIES:
            yield from _story(row, width, whole=whole)
    for alike in unchecked.values():
        yield from _story(alike[0], width, whole=whole, more=[row.contract for row in alike[1:]])


def summary(rows: Sequence[Row]) -> str:
    """How many contracts ended how, as in `23 kept, 1 broken`."""
    counted = Counter(row.verdict for row in rows)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in reversed(Verdict) if counted[verdict])


def times(rows: Sequence[Row]) -> str:
    """How long the checks of one client took, and for how many of these seconds its own commands ran."""
    checks, commands = sum(row.seconds for row in rows), sum(row.commands for row in rows)
    return f"Checked in {checks:.1f} s, of which its commands ran {commands:.1f} s."


def story(row: Row) -> str:
    """One contract as a block of text, for pytest's own failure report and JUnit XML."""
    return "\n".join(map(str, _story(row, PROSE, whole=True))).strip("\n")


def _story(row: Row, width: int, *, whole: bool, more: Sequence[str] = ()) -> Iterator[Line]:
    variants = f" [{row.variants}]" if row.variants else ""
    yield Line("")
    yield Line(f"{row.verdict}: {row.contract}{variants}", COLOURS[row.verdict], f" ({row.level}, {row.client})")
    source = f"{row.source}; origin: {row.origin}" if row.origin else row.source
    for label, text in (("contract", row.title), ("requirement", row.requirement), ("source", source)):
        yield from map(Line, _wrapped(text, width, f"  {label:<12} ", " " * 15))
    yield Line("")
    for line in row.reason.splitlines():
        yield from map(_reason_line, _reason(line, width))
    if more:
        yield from map(Line, _wrapped(", ".join(more), width, "  The same for: ", "    "))
    if row.evidence:
        yield Line("")
        yield Line("  What the client did:")
        lines = textwrap.indent(row.evidence, "    ").splitlines()
        yield from (Line(line if whole else _cut(line, width)) for line in lines)


def _reason(line: str, width: int) -> list[str]:
    """A line of a reason, wrapped below its own beginning where it is too long."""
    margin = " " * (2 + len(line) - len(line.lstrip()))
    later = margin + " " * (10 if line.startswith(("Expected: ", "Actual: ")) else 0)
    return _wrapped(line.lstrip(), width, margin, later) if len(line) + 2 > width else [f"  {line}".rstrip()]


def _reason_line(line: str) -> Line:
    """A line of a reason; what a verb expected and what it met stand out."""
    for label, colour in (("  Expected:", "green"), ("  Actual:", "red")):
        if line.startswith(label):
            return Line(label, colour, line.removeprefix(label))
    return Line(line)


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        text,
        min(width, PROSE),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _cut(line: str, width: int) -> str:
    """The line, its end cut off where it shows a body and is too long."""
    is_body = line.removeprefix("      ").startswith(BODIES)
    return f"{line[: width - 3]}..." if is_body and len(line) > width else line


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
