"""Write docs/catalogue.md: which contract asks for what the list of promises names, and with which evidence.

    python docs/build_catalogue.py > docs/catalogue.md

The list stands in docs/catalogue, one file for each family. `[rows]` are bugs that real tools had, each with where they
were reported; `[clauses]` are sentences of specifications and of the documents that docs/origins.md tells of. An entry
is met by the contract of the same id, or by those that `met_by` names; `left_out` says why none asks for it.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pytest_auth_provider import catalogue
from pytest_auth_provider.scenario import Scenario

LISTS: Final = Path(__file__).parent / "catalogue"
"""The folder of the lists."""
PREFACE: Final = """\
# The catalogue and its evidence

What the contracts ask for, and why somebody should care. A **row** is a bug that real tools had: the links lead to
where people reported it, and some of them are fixed by now. A **clause** is a sentence of a specification, or of one of
the documents that [origins.md](origins.md) tells of. Beside each stands the contract that asks for it, or why none.
Written by `python docs/build_catalogue.py > docs/catalogue.md` from the lists in `docs/catalogue`; do not edit.
"""


@dataclass(frozen=True)
class Entry:
    """One promise of the lists: a row with its `evidence`, or a clause with its `source`."""

    id: str
    asks: str
    met_by: tuple[str, ...]
    left_out: str = ""
    source: str = ""
    evidence: tuple[str, ...] = ()


def entries(family: str, kind: str) -> list[Entry]:
    """Return the `rows` or the `clauses` of a family, in the order of its list."""
    found = tomllib.loads((LISTS / f"{family}.toml").read_text(encoding="utf-8")).get(kind, {})
    return [_entry(name, members) for name, members in found.items()]


def families() -> list[str]:
    """Return the families that there are lists for."""
    return sorted(path.stem for path in LISTS.glob("*.toml"))


def _entry(name: str, members: dict[str, Any]) -> Entry:
    evidence = tuple(members.pop("evidence", ()))
    default = () if members.get("left_out") else (name,)
    return Entry(name, evidence=evidence, met_by=tuple(members.pop("met_by", default)), **members)


def page() -> str:
    """Return the page as Markdown."""
    contracts = {scenario.id: scenario for scenario in catalogue.scenarios()}
    lists = {family: (entries(family, "rows"), entries(family, "clauses")) for family in families()}
    return "\n".join([PREFACE, *_counted(contracts, lists), *_tables(contracts, lists)]) + "\n"


def _counted(contracts: Mapping[str, Scenario], lists: Mapping[str, tuple[list[Entry], list[Entry]]]) -> Iterator[str]:
    rows = [row for found, _ in lists.values() for row in found]
    clauses = [clause for _, found in lists.values() for clause in found]
    links = sum(len(row.evidence) for row in rows)
    yield f"{len(contracts)} contracts in {len({name.partition('/')[0] for name in contracts})} families."
    asked = f"{_met(rows)} of {len(rows)} rows ({links} links) and {_met(clauses)} of {len(clauses)} clauses"
    yield f"{asked} are asked for.\n"


def _met(found: list[Entry]) -> int:
    return sum(bool(entry.met_by) for entry in found)


def _tables(contracts: Mapping[str, Scenario], lists: Mapping[str, tuple[list[Entry], list[Entry]]]) -> Iterator[str]:
    for family, (rows, clauses) in lists.items():
        yield f"## {family}\n"
        if rows:
            yield "| row | level | asks for | contract | reported |\n|---|---|---|---|---|"
            for row in rows:
                links = ", ".join(_link(link) for link in row.evidence)
                yield f"| {row.id} | {_level(row, contracts)} | {_cell(row.asks)} | {_contract(row)} | {links} |"
            yield ""
        if clauses:
            yield "| clause | level | asks for | contract | source |\n|---|---|---|---|---|"
            for clause in clauses:
                asks = _cell(clause.asks)
                yield f"| {clause.id} | {_level(clause, contracts)} | {asks} | {_contract(clause)} | {clause.source} |"
            yield ""


def _level(entry: Entry, contracts: Mapping[str, Scenario]) -> str:
    levels = dict.fromkeys(contracts[name].level for name in entry.met_by if name in contracts)
    return ", ".join(levels) or "-"


def _contract(entry: Entry) -> str:
    return ", ".join(f"`{name}`" for name in entry.met_by) or f"none: {_cell(entry.left_out)}"


def _link(evidence: str) -> str:
    """Return the Markdown link of `owner/repository#number: symptom`; the symptom is shown where a mouse rests."""
    thread, _, symptom = evidence.partition(": ")
    repository, _, number = thread.partition("#")
    title = symptom.replace('"', "'").replace("|", "\\|")
    return f'[{thread}](https://github.com/{repository}/issues/{number} "{title}")'


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
