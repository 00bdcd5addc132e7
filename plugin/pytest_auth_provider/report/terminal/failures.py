"""The terminal section below the overview: each contract that was not kept in full.

failures   each contract that was not kept: what it asks, where that is written, what the client did
notes      what was seen meanwhile that accuses nobody
describe   one contract in full, as plain text

All are pure functions from rows to lines.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pytest_auth_provider.report.reproduce import command_of
from pytest_auth_provider.report.rows import Row, all_notes
from pytest_auth_provider.report.terminal.lines import COLOURS, PROSE, Line, first_line, wrapped
from pytest_auth_provider.verdict import Verdict

FAILURES: Final = (Verdict.BROKEN, Verdict.ADVICE, Verdict.UNSTABLE, Verdict.UNCHECKED, Verdict.STALE)
"""The verdicts that are explained in full below the table."""
ACCUSED: Final = (Verdict.BROKEN, Verdict.ADVICE, Verdict.DEVIATION)
"""The verdicts that say that the client did not keep a contract."""
PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")
"""The port of a provider: it differs from test to test, so it is ignored when reasons are compared."""
BODIES = ("    -->", "    <--")
"""How lines of evidence begin that show the body of a request or an answer."""
CONFIRMED: Final = "A second run in a fresh sandbox ended the same way."
"""What is said of an accusation that has been confirmed."""
LABEL = 10
"""How many characters a label takes, as in `Expected: `: further lines of a long text stand behind it."""


def failures(rows: Sequence[Row], width: int, *, whole: bool = False, brief: bool = False) -> Iterator[Line]:
    """Yield each contract that was not kept: what it asks, where that is written, and what the client did instead.

    The worst come first. Contracts that could not be checked for one and the same reason are told once. Bodies of
    exchanges are cut at `width` unless `whole`; with `brief`, advice is told without what the client did.
    """
    for verdict in FAILURES:
        alike = [row for row in rows if row.verdict is verdict]
        if verdict is Verdict.UNCHECKED:
            yield from _unchecked(alike, width, whole=whole)
        for row in alike if verdict is not Verdict.UNCHECKED else ():
            shown = replace(row, evidence="") if brief and verdict is Verdict.ADVICE else row
            yield from _failure(shown, width, whole=whole)
    if brief and any(row.verdict is Verdict.ADVICE and row.evidence for row in rows):
        yield Line("")
        yield Line("What the client did where it got advice is told with -v, and in every --auth-report.")


def _unchecked(rows: Sequence[Row], width: int, *, whole: bool) -> Iterator[Line]:
    """Yield what could not be checked, each reason once."""
    by_reason: dict[str, list[Row]] = {}
    for row in rows:
        by_reason.setdefault(PORT.sub("", first_line(row.reason)), []).append(row)
    for alike in by_reason.values():
        yield from _failure(alike[0], width, whole=whole, same=[row.contract for row in alike[1:]])


def _once_more(row: Row, width: int) -> list[str]:
    """Return the lines of the command that runs a case once more; where they are several, a shell takes them as one."""
    command = f"Once more: {command_of(row)}"
    return [command] if len(command) + 2 <= width else command.replace(" --auth-c", " \\\n    --auth-c").split("\n")


def notes(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Yield what was seen meanwhile that accuses nobody, each thing once."""
    noted = dict.fromkeys(PORT.sub("", note) for note in all_notes(rows))
    if noted:
        yield from (Line(""), Line("seen meanwhile", "", ", accusing nobody:"))
        yield from (Line("", "", line) for note in noted for line in wrapped(note, width, "  ", "  "))


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
        yield from map(Line, wrapped(text, width, f"  {label:<12} ", " " * 15))
    yield Line("")
    if row.stated:
        yield from _labelled("Expected:", "green", row.expected, width)
        yield from _labelled("Actual:", "red", row.actual, width)
    else:
        yield from (Line(part) for line in row.reason.splitlines() for part in _reason(line, width))
    if row.confirmed:
        yield Line(f"  {CONFIRMED}")
    if same:
        yield from map(Line, wrapped(", ".join(same), width, "  The same for: ", "    "))
    if row.evidence:
        yield Line("")
        yield Line("  What the client did:")
        lines = textwrap.indent(row.evidence, "    ").splitlines()
        yield from (Line(line if whole else _cut(line, width)) for line in lines)
    if row.harm and row.verdict in ACCUSED:
        yield Line("")
        yield from map(Line, wrapped(row.harm, width, "  What a user suffers: ", "    "))
    if row.client:
        yield Line("")
        yield from (Line(f"  {line}") for line in _once_more(row, width))


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
    return wrapped(line.lstrip(), width, margin, margin + " " * behind)


def _cut(line: str, width: int) -> str:
    """Return the line, its end cut off where it shows a body and is too long."""
    is_body = line.removeprefix("      ").startswith(BODIES)
    return f"{line[: width - 3]}..." if is_body and len(line) > width else line
