"""The terminal section: a table of verdicts per client, and each contract that was not kept in full.

table      a line for each contract: verdict, id, what it promises, as far as the terminal is wide
reasons    why contracts do not apply, and the deviations that are declared
failures   each contract that was not kept: what it asks, where that is written, what the client did
notes      what was seen meanwhile that accuses nobody
describe   one contract in full, as plain text

All are pure functions from rows to lines; a line does not know whether the terminal has colours.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pytest_auth_provider.report.rows import Row, all_notes
from pytest_auth_provider.scenario import NOT_FOR_US
from pytest_auth_provider.verdict import Verdict

COLOURS: Final[Mapping[Verdict, str]] = {
    Verdict.BROKEN: "red",
    Verdict.UNSTABLE: "red",
    Verdict.UNCHECKED: "red",
    Verdict.STALE: "red",
    Verdict.ADVICE: "yellow",
    Verdict.DEVIATION: "yellow",
    Verdict.KEPT: "green",
    Verdict.NOT_APPLICABLE: "",
}
FAILURES: Final = (Verdict.BROKEN, Verdict.ADVICE, Verdict.UNSTABLE, Verdict.UNCHECKED, Verdict.STALE)
"""The verdicts that are explained in full below the table."""
ACCUSED: Final = (Verdict.BROKEN, Verdict.ADVICE, Verdict.DEVIATION)
"""The verdicts that say that the client did not keep a contract."""
PROSE = 100
"""Sentences are not set wider than this, in characters."""
LEAST = 24
"""A promise that would have fewer characters than this is left out of the table."""
PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
"""The port of a provider: it differs from test to test, so it is ignored when reasons are compared."""
BODIES = ("    -->", "    <--")
"""How lines of evidence begin that show the body of a request or an answer."""
CONFIRMED: Final = "A second run in a fresh sandbox ended the same way."
"""What is said of an accusation that has been confirmed."""
LABEL = 10
"""How many characters a label takes, as in `Expected: `: further lines of a long text stand behind it."""


class Line(NamedTuple):
    """A line of text: its beginning in a colour ("" for none), its rest plain."""

    head: str
    colour: str = ""
    rest: str = ""

    def __str__(self) -> str:
        return self.head + self.rest


def table(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Yield one line for each verdict, no wider than `width`; with `whole`, wrap promises, else shorten them."""
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
        if whole:
            yield from (Line("", "", line) for fact in row.proof for line in _proof(fact, width, " " * indent))


def _proof(fact: str, width: int, margin: str) -> list[str]:
    return _wrapped(f"proof: {fact}", max(width, len(margin) + LEAST), margin, margin + " " * len("proof: "))


def reasons(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Yield why contracts do not apply, each reason once, and which deviations are declared."""
    excused = (Verdict.NOT_APPLICABLE, Verdict.DEVIATION)
    grouped: dict[tuple[Verdict, str], list[str]] = {}
    for row in rows:
        if row.verdict in excused:
            reason = row.declared or _first_line(row.reason)
            grouped.setdefault((row.verdict, reason), []).append(row.contract)
    own = {(row.verdict, row.declared) for row in rows if row.verdict is Verdict.NOT_APPLICABLE and row.declared}
    for (verdict, reason), contracts in sorted(grouped.items(), key=lambda group: excused.index(group[0][0])):
        yield Line("")
        label = NOT_FOR_US if (verdict, reason) in own else str(verdict)
        first, *more = _wrapped(reason, width, f"{label}: ", "  ")
        yield Line(f"{label}:", COLOURS[verdict], first.removeprefix(f"{label}:"))
        yield from map(Line, [*more, *_wrapped(", ".join(contracts), width, "  ", "  ")])


def failures(rows: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Line]:
    """Yield each contract that was not kept: what it asks, where that is written, and what the client did instead.

    Contracts that could not be checked for one and the same reason are told once. Bodies of exchanges are cut at
    `width` unless `whole`.
    """
    unchecked: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict is Verdict.UNCHECKED:
            unchecked.setdefault(PORT.sub("", _first_line(row.reason)), []).append(row)
        elif row.verdict in FAILURES:
            yield from _failure(row, width, whole=whole)
    for alike in unchecked.values():
        yield from _failure(alike[0], width, whole=whole, same=[row.contract for row in alike[1:]])


def notes(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Yield what was seen meanwhile that accuses nobody, each thing once."""
    noted = dict.fromkeys(PORT.sub("", note) for note in all_notes(rows))
    if noted:
        yield from (Line(""), Line("seen meanwhile", "", ", accusing nobody:"))
        yield from (Line("", "", line) for note in noted for line in _wrapped(note, width, "  ", "  "))


def describe(row: Row) -> str:
    """Return one contract as a block of text, for pytest's own failure report and JUnit XML."""
    return "\n".join(map(str, _failure(row, PROSE, whole=True))).strip("\n")


def _failure(row: Row, width: int, *, whole: bool, same: Sequence[str] = ()) -> Iterator[Line]:
    """Yield everything about one contract; `same` are contracts of which the same could be said."""
    variants = f" [{row.variants}]" if row.variants else ""
    yield Line("")
    yield Line(f"{row.verdict}: {row.contract}{variants}", COLOURS[row.verdict], f" ({row.level}, {row.client})")
    source = f"{row.source}; origin: {row.origin}" if row.origin else row.source
    for label, text in (("contract", row.title), ("requirement", row.requirement), ("source", source)):
        yield from map(Line, _wrapped(text, width, f"  {label:<12} ", " " * 15))
    yield Line("")
    if row.stated:
        yield from _labelled("Expected:", "green", row.expected, width)
        yield from _labelled("Actual:", "red", row.actual, width)
    else:
        yield from (Line(part) for line in row.reason.splitlines() for part in _reason(line, width))
    if row.confirmed:
        yield Line(f"  {CONFIRMED}")
    if same:
        yield from map(Line, _wrapped(", ".join(same), width, "  The same for: ", "    "))
    if row.evidence:
        yield Line("")
        yield Line("  What the client did:")
        lines = textwrap.indent(row.evidence, "    ").splitlines()
        yield from (Line(line if whole else _cut(line, width)) for line in lines)
    if row.harm and row.verdict in ACCUSED:
        yield Line("")
        yield from map(Line, _wrapped(row.harm, width, "  What a user suffers: ", "    "))


def _labelled(label: str, colour: str, text: str, width: int) -> Iterator[Line]:
    """Yield a text behind a label in a colour; further lines of the text stand below, as they are indented."""
    first, *more = text.splitlines() or [""]
    head, *rest = _reason(f"{label:<{LABEL}}{first}", width, behind=LABEL)
    yield Line(f"  {label}", colour, head.removeprefix(f"  {label}"))
    yield from map(Line, rest)
    yield from (Line(part) for line in more for part in _reason(line, width))


def _reason(line: str, width: int, *, behind: int = 0) -> list[str]:
    """Indent a line of a reason; wrap it below its own beginning, or so far `behind` that, where it is too long."""
    margin = " " * (2 + len(line) - len(line.lstrip()))
    if len(line) + 2 <= width:
        return [f"  {line}".rstrip()]
    return _wrapped(line.lstrip(), width, margin, margin + " " * behind)


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    """Wrap a text, its first line indented by `first` and the others by `later`; at least one line."""
    return textwrap.wrap(
        text,
        min(width, PROSE),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _cut(line: str, width: int) -> str:
    """Return the line, its end cut off where it shows a body and is too long."""
    is_body = line.removeprefix("      ").startswith(BODIES)
    return f"{line[: width - 3]}..." if is_body and len(line) > width else line


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
