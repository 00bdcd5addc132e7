"""Compare two reports: what is better and what is worse, what is new and what went away, and what cannot be compared.

What counts is what the client does. A deviation that is declared is still not kept, and a deviation that is stale is
kept, so that a change of the adapter alone is neither better nor worse. Nothing is said of a contract that either run
could not check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved.reading import ReportError
from pytest_auth_provider.report.saved.report import FORMAT, Report
from pytest_auth_provider.scenario import Level
from pytest_auth_provider.verdict import Verdict


class Change(StrEnum):
    """What became of a contract, in the order in which it is told; what is as before is not told."""

    WORSE = "worse"
    """It was kept, or did not apply, and is not kept now, or under more variants than before."""
    BETTER = "better"
    """It was not kept, and is kept now, or under more variants than before."""
    NOT_COMPARABLE = "not comparable"
    """One of the two runs could not check it, or could not make up its mind."""
    OTHER = "changed otherwise"
    """It applies now or does no more, is declared now or no more, or has another level."""
    NEW = "new"
    """The older report does not have it: it is new in the catalogue, or was left out of that run."""
    GONE = "gone"
    """The newer report does not have it: it is no longer in the catalogue, or was left out of that run."""


@dataclass(frozen=True)
class Changed:
    """What became of one contract."""

    contract: str
    """Id of the contract."""
    title: str
    """Its promise, in one line."""
    level: Level
    """MUST, SHOULD or MAY; as in the newer report, where that has the contract."""
    change: Change
    """What became of it."""
    before: Verdict | None
    """The verdict of the older report; null where it does not have the contract."""
    now: Verdict | None
    """The verdict of the newer report; null where it does not have the contract."""
    variants: Sequence[str]
    """Names of the variants that got better or worse, where the contract has variants."""
    reason: str
    """Why the verdict of the newer report is what it is, or of the older one where the contract is gone."""


@dataclass(frozen=True)
class ComparedClient:
    """What became of one client."""

    client: str
    """Name of the client in the newer report."""
    client_before: str
    """Its name in the older report."""
    version: str
    """Its version in the newer report; "" where it is not known."""
    version_before: str
    """Its version in the older report; "" where it is not known."""
    problem: str
    """Why it could not be checked at all in the newer run, where that is worse than before; "" otherwise."""
    changes: Sequence[Changed]
    """Every contract that is not as before, what is worse first."""
    same: int
    """How many contracts ended as before."""

    @property
    def is_worse(self) -> bool:
        """Whether something got worse."""
        return bool(self.problem) or any(one.change is Change.WORSE for one in self.changes)

    @property
    def is_lost(self) -> bool:
        """Whether a contract that was judged before was not judged now."""
        unknown = (Change.NOT_COMPARABLE, Change.GONE)
        return any(one.change in unknown and _kept(one.before) is not None for one in self.changes)


@dataclass(frozen=True)
class Comparison:
    """What became of the clients that two reports have in common."""

    format: int
    """Version of this format, as of that of reports."""
    version: str
    """Version of pytest-auth-provider that wrote the newer report."""
    version_before: str
    """Version of pytest-auth-provider that wrote the older report; another one may judge otherwise."""
    date: str
    """Day of the newer run."""
    date_before: str
    """Day of the older run."""
    clients: Sequence[ComparedClient]
    """One for each client that was compared."""
    appeared: Sequence[str]
    """Names of the clients that the newer report alone has, which were not compared."""
    disappeared: Sequence[str]
    """Names of the clients that the older report alone has, which were not compared."""

    @property
    def is_worse(self) -> bool:
        """Whether something got worse."""
        return any(client.is_worse for client in self.clients)

    @property
    def is_lost(self) -> bool:
        """Whether something that was judged before was not judged now."""
        return bool(self.disappeared) or any(client.is_lost for client in self.clients)


_STATES: Final[Mapping[Verdict, bool | None]] = {
    Verdict.KEPT: True,
    Verdict.STALE: True,
    Verdict.BROKEN: False,
    Verdict.ADVICE: False,
    Verdict.DEVIATION: False,
    Verdict.UNSTABLE: None,
    Verdict.UNCHECKED: None,
    Verdict.NOT_APPLICABLE: None,
}
"""Verdict -> whether the client keeps the contract; None where the verdict says nothing about that."""
_UNKNOWN: Final = (Verdict.UNSTABLE, Verdict.UNCHECKED)
_ORDER: Final = list(Change)


def compare(before: Report, now: Report, clients: Mapping[str, str] | None = None) -> Comparison:
    """Compare two reports, client by client.

    `clients` says which ones: the name in the older report -> the name in the newer one; None stands for all that both
    have. Raises `ReportError` where a client is in neither, or where there is nothing to compare.
    """
    if clients is None:
        clients = {name: name for name in before.clients if name in now.clients}
        only_before, only_now = (
            [name for name in names if name not in clients] for names in (before.clients, now.clients)
        )
    else:
        _refuse_unknown(clients, before, "older")
        _refuse_unknown(clients.values(), now, "newer")
        only_before, only_now = [], []
    if not clients:
        raise ReportError(
            f"the two reports have no client in common: {_listed(before.clients)} before, {_listed(now.clients)} now. "
            "Compare two that have different names with --client BEFORE=NOW"
        )
    return Comparison(
        format=FORMAT,
        version=now.version,
        version_before=before.version,
        date=now.date,
        date_before=before.date,
        clients=[_client(before, now, older, newer) for older, newer in clients.items()],
        appeared=only_now,
        disappeared=only_before,
    )


def _refuse_unknown(names: Iterable[str], report: Report, which: str) -> None:
    for name in names:
        if name not in report.clients:
            raise ReportError(
                f'--client {name}: the {which} report has no client "{name}"{did_you_mean(name, report.clients)} '
                f"It has {_listed(report.clients)}"
            )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _client(before: Report, now: Report, older: str, newer: str) -> ComparedClient:
    """Compare one client, under its name in either report."""
    rows_before = {row.contract: row for row in before.rows_of(older)}
    rows_now = {row.contract: row for row in now.rows_of(newer)}
    contracts = sorted({*rows_before, *rows_now})
    asked = {contract for contract in rows_before if _is_asked(rows_before, contract) and _is_asked(rows_now, contract)}
    changes = [_changed(rows_before.get(contract), rows_now.get(contract), asked) for contract in contracts]
    told = [change for change in changes if change is not None]
    problem = now.problem_of(newer)
    return ComparedClient(
        client=newer,
        client_before=older,
        version=now.version_of(newer),
        version_before=before.version_of(older),
        problem=problem if not before.problem_of(older) else "",
        changes=sorted(told, key=lambda one: _ORDER.index(one.change)),
        same=len(changes) - len(told),
    )


def _is_asked(rows: Mapping[str, Row], contract: str) -> bool:
    """Return whether the client was asked for a contract."""
    return contract in rows and rows[contract].verdict is not Verdict.NOT_APPLICABLE


def _changed(before: Row | None, now: Row | None, asked: Collection[str]) -> Changed | None:
    """Return what became of a contract that at least one report has; None where it is as before.

    `asked` are the contracts that the client was asked for in both runs.
    """
    row = now or before
    assert row is not None
    change, variants = _change(before, now, asked)
    if change is None:
        return None
    return Changed(
        contract=row.contract,
        title=row.title,
        level=row.level,
        change=change,
        before=before.verdict if before else None,
        now=now.verdict if now else None,
        variants=variants,
        reason=row.reason,
    )


def _change(before: Row | None, now: Row | None, asked: Collection[str]) -> tuple[Change | None, Sequence[str]]:
    """Return what became of a contract, and of which of its variants that can be said; None where it is as before."""
    if before is None:
        return Change.NEW, ()
    if now is None:
        return Change.GONE, ()
    if before.verdict in _UNKNOWN or now.verdict in _UNKNOWN:
        return Change.NOT_COMPARABLE, ()
    if _kept(now.verdict) is False and (variants := _turned(before, now, kept=False)):
        return Change.WORSE, variants
    if _kept(before.verdict) is False and _kept(now.verdict) is False and (variants := _turned(before, now, kept=True)):
        return Change.BETTER, variants
    return _of_verdicts(before, now, asked)


def _of_verdicts(before: Row, now: Row, asked: Collection[str]) -> tuple[Change | None, Sequence[str]]:
    """Return what became of a contract by its verdicts alone, where no variant stayed that tells more."""
    kept_before, kept_now = _kept(before.verdict), _kept(now.verdict)
    if kept_now is False and kept_before is not False:
        alone = now.seen_under and not any(contract in asked for contract in now.seen_under)
        return (Change.NOT_COMPARABLE if alone or _unjudged(now, before) else Change.WORSE), ()
    if kept_now and kept_before is False:
        if _unjudged(before, now) or not all(contract in asked for contract in before.seen_under):
            return Change.NOT_COMPARABLE, ()
        return Change.BETTER, _turned(before, now, kept=True)
    return (Change.OTHER if before.verdict is not now.verdict else None), ()


def _turned(before: Row, now: Row, *, kept: bool) -> list[str]:
    """Return the variants that both runs judged, and that came to be kept, or not to be kept."""
    judged = [name for name in now.by_variant if name in before.by_variant]
    return [
        name for name in judged if _kept(now.by_variant[name]) is kept and _kept(before.by_variant[name]) is (not kept)
    ]


def _unjudged(row: Row, other: Row) -> list[str]:
    """Return the variants that are not kept in one report, and that the other run did not judge."""
    return [
        name for name, verdict in row.by_variant.items() if _kept(verdict) is False and name not in other.by_variant
    ]


def _kept(verdict: Verdict | None) -> bool | None:
    """Return whether the client keeps a contract; None where the verdict, or that there is none, does not tell."""
    return _STATES[verdict] if verdict else None
