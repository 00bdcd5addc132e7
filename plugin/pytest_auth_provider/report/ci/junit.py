"""What JUnit XML tells of a contract: a readable property for each fact, in the place of the machine's own notes.

    <property name="auth.contract" value="revoke/5xx-is-never-revoked"/>
    <property name="auth.verdict" value="broken"/>
    <property name="auth.expected" value="output that does not say revoked"/>

The names are those of the fields of a row (`rows.py`) behind `auth.`. A fact that has nothing to say is left out, and
what has several (`proof`, `notes`) has a property for each. `auth.seen` tells of other contracts seen broken meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pytest_auth_provider.report.rows import PROPERTY, TRACEBACK, Row
from pytest_auth_provider.report.sayings import PROPERTY as SAYINGS
from pytest_auth_provider.verdict import worst

OURS: Final = frozenset({PROPERTY, TRACEBACK, SAYINGS})
"""The properties that carry values between processes, and are for no reader."""
FACTS: Final = (
    "client",
    "version",
    "contract",
    "title",
    "level",
    "verdict",
    "variants",
    "source",
    "requirement",
    "origin",
    "expected",
    "actual",
    "declared",
    "evidence",
)
"""The fields of a row that are told as they are, in this order."""

Properties = Sequence[tuple[str, object]]
"""The `user_properties` of a test: pairs of a name and a value."""


def readable(properties: Properties) -> list[tuple[str, object]]:
    """Return the properties of a test with each row in them told as readable ones; those of others stay as they are.

    Of several phases of one test that were judged, the worst is told.
    """
    rows = [Row.from_text(str(value)) for name, value in properties if name == PROPERTY]
    others = [(name, value) for name, value in properties if name not in OURS]
    if not rows:
        return others
    own = [row for row in rows if row.contract == rows[0].contract]
    verdict = worst(row.verdict for row in own)
    told = next(row for row in own if row.verdict is verdict)
    meanwhile = [row for row in rows if row.contract != told.contract]
    return [*others, *((f"auth.{name}", text) for name, text in [*_facts(told), *_seen(meanwhile)])]


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each fact of a row that has something to say."""
    yield from ((name, text) for name in FACTS if (text := str(getattr(row, name))))
    if row.reason and not row.stated:  # otherwise it is made of what was expected and what happened
        yield "reason", row.reason
    if row.verdict.accuses:
        if row.harm:
            yield "harm", row.harm
        yield "confirmed", "yes" if row.confirmed else "no"
    yield from (("proof", fact) for fact in row.proof)
    yield from (("notes", note) for note in row.notes)


def _seen(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield a property for each other contract that was seen not to be kept meanwhile."""
    yield from (("seen", f"{row.verdict} {row.contract}: {row.actual or row.reason}") for row in rows)
