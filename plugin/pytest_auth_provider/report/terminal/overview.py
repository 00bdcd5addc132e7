"""The verdicts of one client at a glance: what it did not keep by name, all the rest in a few lines.

overview   every verdict: a line for each contract, or marks by family where there are many
reasons    why contracts do not apply, and the deviations that are declared

All are pure functions from rows to lines no wider than the terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.terminal.lines import COLOURS, Line, first_line, wrapped
from pytest_auth_provider.scenario import NOT_FOR_US
from pytest_auth_provider.verdict import Verdict

FEW: Final = 24
"""So many contracts have a line each; of more, only those that the client did not keep."""
COMMON: Final = 3
"""A reason that so many contracts share is told beside the matrix; others are counted."""
LEAST: Final = 32
"""A promise that would have fewer characters than this is left out of a line."""
MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.BROKEN: "X",
    Verdict.UNSTABLE: "~",
    Verdict.UNCHECKED: "?",
    Verdict.STALE: "s",
    Verdict.ADVICE: "!",
    Verdict.DEVIATION: "d",
    Verdict.KEPT: ".",
    Verdict.NOT_APPLICABLE: "-",
}
"""Verdict -> the mark that stands for it where contracts have no line each."""
_FIXED: Final = "\0"
"""Stands for a blank at which no line may end."""
_QUIET: Final = (Verdict.KEPT, Verdict.NOT_APPLICABLE)
"""The verdicts that need no line of their own."""


def overview(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Yield every verdict, the worst first; with `whole`, or where there are few, each contract has a line."""
    ordered = sorted(rows, key=lambda row: (list(Verdict).index(row.verdict), row.contract))
    if whole or len(rows) <= FEW:
        yield from table(ordered, width, whole=whole)
        return
    told = [row for row in ordered if row.verdict not in _QUIET]
    if told:
        yield from table(told, width)
        yield Line("")
    yield from matrix(ordered, width)


def table(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Yield one line for each verdict, no wider than `width`; with `whole`, wrap promises, else shorten them."""
    verdicts = max(len(row.verdict) for row in rows)
    contracts = max(len(row.contract) for row in rows)
    indent = verdicts + contracts + 4
    room = width - indent
    for row in rows:
        variants = f"[{row.variants}]" if row.variants else ""
        promise = f"{variants} {row.title}".lstrip()
        if whole:
            first, *more = textwrap.wrap(promise, max(room, LEAST)) or [""]
        else:
            shown = promise if room >= LEAST else variants
            first, more = textwrap.shorten(shown, max(room, 5), placeholder=" ..."), []
        rest = f"  {row.contract:<{contracts}}  {first}".rstrip()
        yield Line(f"{row.verdict:<{verdicts}}", COLOURS[row.verdict], rest)
        yield from (Line("", "", " " * indent + line) for line in more)
        if whole:
            yield from (Line("", "", line) for fact in row.proof for line in _proof(fact, width, " " * indent))


def matrix(rows: Iterable[Row], width: int) -> Iterator[Line]:
    """Yield a line for each family: how many of the contracts that apply it kept, and a mark for each contract."""
    rows = sorted(rows, key=lambda row: row.contract)
    families: dict[str, list[Verdict]] = {}
    for row in rows:
        families.setdefault(row.contract.partition("/")[0], []).append(row.verdict)
    names, shares = max(map(len, families)), {name: _share(verdicts) for name, verdicts in families.items()}
    counts = max(map(len, shares.values()))
    margin = names + counts + 4
    for name, verdicts in families.items():
        marks = "".join(MARKS[verdict] for verdict in verdicts)
        first, *more = textwrap.wrap(marks, max(width - margin, LEAST))
        worst = min(verdicts, key=list(Verdict).index)
        yield Line(f"{name:<{names}}", COLOURS[worst], f"  {shares[name]:>{counts}}  {first}")
        yield from (Line("", "", " " * margin + line) for line in more)
    there = {row.verdict for row in rows}
    legend = [f"{mark} {verdict}".replace(" ", _FIXED) for verdict, mark in MARKS.items() if verdict in there]
    yield from (Line("", "", line.replace(_FIXED, " ")) for line in wrapped("   ".join(legend), width, "", ""))


def _share(verdicts: Sequence[Verdict]) -> str:
    """Return how many were kept of those that apply, as in `12/15`; a dash where none applies."""
    applied = [verdict for verdict in verdicts if verdict is not Verdict.NOT_APPLICABLE]
    return f"{applied.count(Verdict.KEPT)}/{len(applied)}" if applied else "-"


def _proof(fact: str, width: int, margin: str) -> list[str]:
    return wrapped(f"proof: {fact}", max(width, len(margin) + LEAST), margin, margin + " " * len("proof: "))


def reasons(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Yield why contracts do not apply, each reason once, and which deviations are declared.

    With `whole`, or where there are few contracts, they are named behind each reason. Otherwise the reasons that are
    the client's own are told so, of the others those that many contracts share, with their number.
    """
    excused = (Verdict.NOT_APPLICABLE, Verdict.DEVIATION)
    grouped: dict[tuple[Verdict, str], list[Row]] = {}
    for row in rows:
        if row.verdict in excused:
            reason = row.declared or first_line(row.reason)
            grouped.setdefault((row.verdict, reason), []).append(row)
    many = not whole and len(rows) > FEW
    for (verdict, reason), alike in sorted(grouped.items(), key=lambda group: excused.index(group[0][0])):
        if not (many and verdict is Verdict.NOT_APPLICABLE and not alike[0].declared):
            yield Line("")
            label = NOT_FOR_US if verdict is Verdict.NOT_APPLICABLE and alike[0].declared else str(verdict)
            first, *more = wrapped(reason, width, f"{label}: ", "  ")
            yield Line(f"{label}:", COLOURS[verdict], first.removeprefix(f"{label}:"))
            yield from map(Line, [*more, *wrapped(", ".join(row.contract for row in alike), width, "  ", "  ")])
    if many:
        found = {reason: len(alike) for (verdict, reason), alike in grouped.items() if verdict is excused[0]}
        own = {alike[0].declared for alike in grouped.values()}
        yield from _counted({reason: count for reason, count in found.items() if reason not in own}, width)


def _counted(reasons: Mapping[str, int], width: int) -> Iterator[Line]:
    """Yield the reasons that many contracts share, the most common first, and how many others there are."""
    if not reasons:
        return
    yield Line("")
    yield Line(f"{Verdict.NOT_APPLICABLE}:", "", f" {sum(reasons.values())}")
    for reason, count in sorted(reasons.items(), key=lambda one: -one[1]):
        if count >= COMMON:
            yield from map(Line, wrapped(reason, width, f"  {count:>3}  ", " " * 7))
    rest = [count for count in reasons.values() if count < COMMON]
    if rest:
        yield Line(f"  {sum(rest):>3}  for other reasons ({len(rest)}); -v names every contract with its own")
