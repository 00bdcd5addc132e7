"""Rows: one verdict with what is needed to understand it, as plain values that survive a process boundary."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.scenario import Scenario
from pytest_auth_provider.verdict import Verdict, worst

PROPERTY = "auth_row"
"""The name under which a row travels in `user_properties`: it survives pytest-xdist."""
TRACEBACK = "auth_traceback"
"""The name of the property of a test whose check itself failed: pytest shows the traceback."""

_TEXTS = frozenset({"requirement", "reason", "expected", "actual", "declared", "evidence"})
"""The fields of a row that may have several lines."""


@dataclass(frozen=True)
class Row:
    """One client, one contract, one verdict.

    `contract` is the id of the contract, `title` its promise in one line, `level` MUST, SHOULD or MAY, as it stands for
    this client; `source` names the clause, `requirement` quotes it, `harm` says what a user suffers where it is broken,
    and `origin` names the story it comes from, "" for none.
    `client` is the client's name and `version` its version, "" where it is not known.

    `reason` says why it is broken, unchecked, a deviation or not applicable. Where the client is accused, `expected`
    and `actual` say what the contract asks for and what happened instead; with `stated`, both are in words, and the
    reason is made of them. Otherwise they may be the assertion as it is written and pytest's account of it.

    `variants` names the parametrized variants that ended this way, "" for none. `declared` is the reason that the
    adapter gives for a deviation, or for a contract that is not for its client. `partial` says that other variants of
    the contract were left out of the run. `evidence` tells what the client did: every command with its exchanges, in
    order. `seconds` is how long the checks took, `commands` how many of these the client's own commands ran (added up,
    where several ran at once). `proof` lists what put the client to the test; where it kept several variants, each
    behind the variant's name. `confirmed` says that a second run in a fresh sandbox accused the client as well. `notes`
    is what was seen meanwhile that accuses nobody.
    """

    contract: str
    title: str
    level: str
    source: str
    requirement: str
    origin: str
    client: str
    version: str
    verdict: Verdict
    reason: str = ""
    expected: str = ""
    actual: str = ""
    stated: bool = False
    variants: str = ""
    declared: str = ""
    partial: bool = False
    evidence: str = ""
    seconds: float = 0.0
    commands: float = 0.0
    proof: tuple[str, ...] = ()
    confirmed: bool = False
    harm: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Make every text printable: clients, and the names of their files, end up in all of them."""
        for name, value in vars(self).items():
            if type(value) is str:
                fit = printable if name in _TEXTS else in_one_line
                object.__setattr__(self, name, fit(value))
            elif isinstance(value, tuple):
                object.__setattr__(self, name, tuple(map(in_one_line, value)))

    @classmethod
    def of(cls, scenario: Scenario, client: str, version: str, verdict: Verdict) -> Row:
        """Return a row for `scenario`, with nothing but the verdict to say."""
        return cls(
            contract=scenario.id,
            title=scenario.title,
            level=scenario.level,
            source=scenario.source,
            requirement=scenario.requirement,
            origin=scenario.origin,
            harm=scenario.harm,
            client=client,
            version=version,
            verdict=verdict,
        )

    def as_dict(self) -> dict[str, object]:
        """Return the row as JSON values."""
        return {**asdict(self), "verdict": str(self.verdict)}

    def as_text(self) -> str:
        """Return the row as one line of JSON: what travels between processes."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_text(cls, text: str) -> Row:
        """Return the row behind `as_text`."""
        values = json.loads(text)
        lists = {name: tuple(values[name]) for name in ("proof", "notes")}
        return cls(**{**values, **lists, "verdict": Verdict(values["verdict"])})


def merge(rows: Iterable[Row]) -> list[Row]:
    """Return one row for each client and contract, in the order of arrival: the worst verdict holds, with its evidence.

    A contract that does not apply was judged without running the client; its version is that of the other rows.
    """
    rows = list(rows)
    versions = {row.client: row.version for row in rows if row.version}
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        known = row if row.version else replace(row, version=versions.get(row.client, ""))
        grouped.setdefault((row.client, row.contract), []).append(known)
    return [_worst(group) for group in grouped.values()]


def doubted(row: Row, reason: str) -> Row:
    """Return a row of which nothing is said any more for a `reason`, if there is one; what accuses was confirmed."""
    if not reason or row.verdict is not Verdict.KEPT:
        return row
    return replace(row, verdict=Verdict.UNSTABLE, reason=reason, proof=())


def summary(rows: Sequence[Row]) -> str:
    """Count how many contracts ended how, as in `23 kept, 1 broken`."""
    counted = Counter(row.verdict for row in rows)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in reversed(Verdict) if counted[verdict])


def all_notes(rows: Iterable[Row]) -> list[str]:
    """Return what was noted under any contract, each thing once."""
    return list(dict.fromkeys(note for row in rows for note in row.notes))


def times(rows: Sequence[Row]) -> str:
    """Return a sentence on how long the checks of one client took, and how much of that its own commands ran."""
    checks, commands = sum(row.seconds for row in rows), sum(row.commands for row in rows)
    return f"Checked in {checks:.1f} s, of which its commands ran {commands:.1f} s."


def _worst(group: list[Row]) -> Row:
    """Return the row that stands for all variants of a contract, the times of all of them added up."""
    verdict = worst(row.verdict for row in group)
    alike = [row for row in group if row.verdict is verdict]
    if verdict is Verdict.KEPT and alike[0].declared and not alike[0].partial:
        return replace(alike[0], verdict=Verdict.STALE, variants="", reason=_stale(alike[0]))
    noted = tuple(all_notes(group))
    variants = ", ".join(dict.fromkeys(row.variants for row in alike if row.variants))
    seconds, commands = sum(row.seconds for row in group), sum(row.commands for row in group)
    variants = variants if len(alike) < len(group) else ""
    reason = alike[0].reason if verdict.accuses else "\n".join([alike[0].reason, *_hidden(group)]).strip()
    row = replace(alike[0], variants=variants, reason=reason, proof=_proof(alike), notes=noted)
    return replace(row, seconds=seconds, commands=commands)


def _hidden(group: Sequence[Row]) -> Iterator[str]:
    """Yield what variants accuse the client of, where the verdict that holds is another one and accuses nobody."""
    return (f"[{row.variants}] is {row.verdict}: {row.reason}" for row in group if row.verdict.accuses)


def _proof(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what put the client to the test in several variants, each fact behind the name of its variant."""
    if len(rows) == 1:
        return rows[0].proof
    named = (f"[{row.variants}] {fact}" if row.variants else fact for row in rows for fact in row.proof)
    return tuple(dict.fromkeys(named))


def _stale(row: Row) -> str:
    """Return the reason of a deviation that is declared no longer rightly: what is kept now, and what to remove."""
    return (
        f"{row.client} keeps this contract now, and its adapter still declares a deviation: {row.declared!r}.\n"
        f"Remove {row.contract!r} from the adapter's [deviations]."
    )
