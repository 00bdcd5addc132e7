"""Rows: one verdict with what is needed to understand it, as plain values that survive a process boundary."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.report.steps import Step
from pytest_auth_provider.scenario import Level, Scenario
from pytest_auth_provider.verdict import Verdict, worst

PROPERTY = "auth_row"
"""The name under which a row travels in `user_properties`: it survives pytest-xdist and reaches JUnit XML."""
TRACEBACK = "auth_traceback"
"""The name of the property of a test whose check itself failed: pytest shows the traceback."""

_TEXTS = frozenset({"requirement", "reason", "expected", "actual", "declared", "evidence"})
"""The fields of a row that may have several lines."""
_LISTS = ("left_out", "proof", "notes", "seen_under")
"""The fields of a row that are texts of one line each."""


@dataclass(frozen=True)
class Row:
    """One client, one contract, one verdict.

    Each field has its docstring below it: the JSON Schema of reports is made of them.
    """

    contract: str
    """Id of the contract, as in `revoke/never-raises`."""
    title: str
    """Its promise, in one line."""
    level: Level
    """MUST, SHOULD or MAY, as it stands for this client."""
    source: str
    """The clause it comes from, as in `RFC 7009 2.2.1`."""
    requirement: str
    """What that clause says, word for word, and behind "In our words:" our own reading."""
    origin: str
    """The story behind the contract; "" for none."""
    client: str
    """Name of the client."""
    version: str
    """Version of the client; "" where it is not known."""
    verdict: Verdict
    """How it ended; of several variants, the worst."""
    reason: str = ""
    """Why it is broken, unchecked, a deviation or not applicable, in words."""
    expected: str = ""
    """Where the client is accused: what the contract asks for, or the assertion as it is written."""
    actual: str = ""
    """Where the client is accused: what happened instead, or pytest's account of it."""
    stated: bool = False
    """Whether `expected` and `actual` are in words and make up the reason."""
    variants: str = ""
    """Names of the parametrized variants that ended like this, where others did not."""
    declared: str = ""
    """Reason that the adapter gives for a deviation, or for a contract that is not for its client."""
    left_out: tuple[str, ...] = ()
    """Names of the variants that were left out of the run, as by `-k`: what is said need not hold for these."""
    evidence: str = ""
    """What the client did: every command with its exchanges, in order."""
    seconds: float = 0.0
    """How many seconds the checks took."""
    commands: float = 0.0
    """How many of these the client's own commands ran; added up, where several ran at once."""
    proof: tuple[str, ...] = ()
    """What put the client to the test, where it kept the contract; of several variants, each behind its name."""
    confirmed: bool = False
    """Whether a second run in a fresh sandbox accused the client as well."""
    harm: str = ""
    """What a user suffers where the contract is broken."""
    notes: tuple[str, ...] = ()
    """What was seen meanwhile that accuses nobody."""
    steps: tuple[Step, ...] = ()
    """The same as `evidence`, as values."""
    seen_under: tuple[str, ...] = ()
    """Where only passive checks saw it broken: ids of the contracts that were being checked then."""
    by_variant: Mapping[str, Verdict] = field(default_factory=dict)
    """How each variant that was run ended, by its name; empty where the contract has no variants."""

    def __post_init__(self) -> None:
        """Make every text printable: clients, and the names of their files, end up in all of them."""
        for name, value in vars(self).items():
            if type(value) is str:
                fit = printable if name in _TEXTS else in_one_line
                object.__setattr__(self, name, fit(value))
            elif name in _LISTS:
                object.__setattr__(self, name, tuple(map(in_one_line, value)))
        object.__setattr__(
            self, "by_variant", {in_one_line(name): verdict for name, verdict in self.by_variant.items()}
        )

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
        """Return the row as one line of JSON: what travels between processes and stands in JUnit XML."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_text(cls, text: str) -> Row:
        """Return the row behind `as_text`."""
        values = json.loads(text)
        lists = {name: tuple(values[name]) for name in _LISTS}
        steps = tuple(map(Step.from_values, values["steps"]))
        by_variant = {name: Verdict(verdict) for name, verdict in values["by_variant"].items()}
        verdict = Verdict(values["verdict"])
        return cls(**{**values, **lists, "steps": steps, "by_variant": by_variant, "verdict": verdict})


def merge(rows: Iterable[Row]) -> list[Row]:
    """Return one row for each client and contract, in the order of arrival: the worst verdict holds, with its evidence.

    A contract that does not apply was judged without running the client; its version is that of the other rows. Rows
    that were merged before can be merged again: what comes of the parts is what comes of the whole.
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
    """Count how many contracts ended how, the worst first, as in `1 broken, 23 kept`."""
    counted = Counter(row.verdict for row in rows)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in Verdict if counted[verdict])


def all_notes(rows: Iterable[Row]) -> list[str]:
    """Return what was noted under any contract, each thing once."""
    return list(dict.fromkeys(note for row in rows for note in row.notes))


def times(rows: Sequence[Row]) -> str:
    """Return a sentence on how long the checks of one client took, and how much of that its own commands ran."""
    checks, commands = sum(row.seconds for row in rows), sum(row.commands for row in rows)
    return f"Checked in {checks:.1f} s, of which its commands ran {commands:.1f} s."


def _worst(group: Sequence[Row]) -> Row:
    """Return the row that stands for all variants of a contract, the times of all of them added up."""
    group = [_not_stale(row) for row in group]
    verdict = worst(row.verdict for row in group)
    alike = [row for row in group if row.verdict is verdict]
    by_variant = _by_variant(group)
    named = [name for name, ended in by_variant.items() if ended is verdict]
    reason = alike[0].reason if verdict.accuses else "\n".join([alike[0].reason, *_hidden(group, verdict)]).strip()
    row = replace(
        alike[0],
        variants=", ".join(named) if len(named) < len(by_variant) else "",
        by_variant=by_variant,
        left_out=tuple(name for name in _each(row.left_out for row in group) if name not in by_variant),
        reason=reason,
        proof=_proof(alike),
        seen_under=tuple(_each(row.seen_under for row in alike)) if all(row.seen_under for row in alike) else (),
        notes=tuple(all_notes(group)),
        seconds=sum(row.seconds for row in group),
        commands=sum(row.commands for row in group),
    )
    if verdict is Verdict.KEPT and row.declared and not row.left_out:
        return replace(row, verdict=Verdict.STALE, variants="", reason=_stale(row))
    return row


def _not_stale(row: Row) -> Row:
    """Return a row as it was before its deviation was called stale: another part of the run may still deviate."""
    return replace(row, verdict=Verdict.KEPT, reason="") if row.verdict is Verdict.STALE else row


def _own_variants(row: Row) -> Mapping[str, Verdict]:
    """Return how the variants ended that a row stands for; a row that was not merged yet stands for one."""
    return row.by_variant or ({row.variants: row.verdict} if row.variants else {})


def _by_variant(rows: Iterable[Row]) -> dict[str, Verdict]:
    """Return how each variant ended, at its worst."""
    ended: dict[str, Verdict] = {}
    for row in rows:
        for name, verdict in _own_variants(row).items():
            ended[name] = worst([verdict, ended.get(name, verdict)])
    return ended


def _names(row: Row) -> list[str]:
    """Return the names of the variants that ended as the row says."""
    return [name for name, verdict in _own_variants(row).items() if verdict is row.verdict]


def _hidden(group: Sequence[Row], verdict: Verdict) -> Iterator[str]:
    """Yield what variants accuse the client of, where the verdict that holds is another one and accuses nobody."""
    first = next(row for row in group if row.verdict is verdict)
    for row in group:
        if row.verdict.accuses:
            yield f"[{', '.join(_names(row))}] is {row.verdict}: {row.reason}"
        elif row is not first and any(ended.accuses for ended in row.by_variant.values()):
            yield row.reason  # of a part of the run, which tells there what it hides


def _proof(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what put the client to the test in several variants, each fact behind the name of its variant."""
    return rows[0].proof if len(rows) == 1 else tuple(_each(map(_named_proof, rows)))


def _named_proof(row: Row) -> Iterator[str]:
    """Yield the facts of a row, each behind the name of its variant; of several variants, they are already."""
    names = _names(row)
    return (f"[{names[0]}] {fact}" if len(names) == 1 else fact for fact in row.proof)


def _each(several: Iterable[Iterable[str]]) -> list[str]:
    """Return the texts of all of them, each once."""
    return list(dict.fromkeys(itertools.chain.from_iterable(several)))


def _stale(row: Row) -> str:
    """Return the reason of a deviation that is declared no longer rightly: what is kept now, and what to remove."""
    return (
        f"{row.client} keeps this contract now, and its adapter still declares a deviation: {row.declared!r}.\n"
        f"Remove {row.contract!r} from the adapter's [deviations]."
    )
