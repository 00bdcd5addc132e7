"""The matrix: contracts by clients, grouped by family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_auth_provider.report.forms.html.contracts import Entry
from pytest_auth_provider.report.forms.html.marks import Mark, counts


@dataclass(frozen=True)
class Line:
    """One contract: its id, its promise, and an entry for each client in order, None where it was not run for one."""

    contract: str
    title: str
    source: str
    entries: tuple[Entry | None, ...]

    @property
    def there(self) -> list[Entry]:
        """The entries that there are."""
        return [entry for entry in self.entries if entry is not None]


@dataclass(frozen=True)
class Family:
    """The contracts of one family."""

    name: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> list[tuple[Mark, int]]:
        """How many verdicts of each kind are in it, the worst first."""
        return counts(entry.row for line in self.lines for entry in line.there)


def matrix(entries: Iterable[Entry], clients: Sequence[str]) -> list[Family]:
    """Return the families in order, each contract with what there is for each of `clients`, by their names."""
    found: dict[str, dict[str, dict[str, Entry]]] = {}
    for entry in entries:
        found.setdefault(entry.family, {}).setdefault(entry.row.contract, {})[entry.row.client] = entry
    return [
        Family(family, tuple(_line(of_clients, clients) for _id, of_clients in sorted(contracts.items())))
        for family, contracts in sorted(found.items())
    ]


def _line(of_clients: dict[str, Entry], clients: Sequence[str]) -> Line:
    row = next(iter(of_clients.values())).row
    return Line(row.contract, row.title, row.source, tuple(map(of_clients.get, clients)))
