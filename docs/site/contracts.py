"""Everything that is known of one contract, from the code, the lists of evidence, the sloppy clients and real runs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Final

from docs.build_catalogue import Entry, entries, families
from docs.site.documents import Clause, clauses
from docs.site.reading import Reading, contract_functions, read, source_of
from docs.site.verdicts import Published, published
from pytest_auth_provider import catalogue
from pytest_auth_provider.scenario import IN_OUR_WORDS, Scenario
from tests.sloppy.defects import Defect, load_defects

_DOCS: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class Contract:
    """One contract, with what its page tells."""

    scenario: Scenario
    reading: Reading
    rows: tuple[Entry, ...]
    clauses_asked_for: tuple[Entry, ...]
    defect: Defect
    published: tuple[Published, ...]
    same_name: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id, as in `revoke/never-raises`."""
        return self.scenario.id

    @property
    def name(self) -> str:
        """The id without its family."""
        return self.id.partition("/")[2]

    @property
    def quote(self) -> str:
        """What the requirement quotes word for word; empty where all of it is our own reading."""
        return self.scenario.requirement.partition(IN_OUR_WORDS)[0].strip()

    @property
    def in_our_words(self) -> str:
        """Our own reading of the requirement; empty where it is quoted as a whole."""
        return self.scenario.requirement.partition(IN_OUR_WORDS)[2].strip()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses it stands on."""
        return clauses(self.scenario.source)

    @property
    def broken_by(self) -> str:
        """The source code of what its sloppy client has in the place of a function of the reference client."""
        return source_of(self.defect.replacement)

    @property
    def kept_by(self) -> FunctionType | None:
        """The function of the reference client that its sloppy client replaces; None where it is no plain function."""
        original = inspect.unwrap(getattr(self.defect.owner, self.defect.name))
        is_ours = isinstance(original, FunctionType) and original.__module__.startswith("reference_client")
        return original if is_ours else None

    @property
    def selection(self) -> str:
        """The options that run this contract and no other."""
        function = _function_name(self.id)
        others = "".join(f" and not {name}" for name in self.same_name)
        expression = f'"{function}{others}"' if others else function
        return f"--auth-family {self.scenario.family} -k {expression}"


class Contracts:
    """All contracts of the catalogue, sorted by id."""

    @cached_property
    def all(self) -> tuple[Contract, ...]:
        """Every contract."""
        functions, defects = contract_functions(), load_defects()
        verdicts = published(_DOCS / "results")
        lists = {kind: [one for family in families() for one in entries(family, kind)] for kind in ("rows", "clauses")}
        scenarios = sorted(catalogue.scenarios(), key=lambda scenario: scenario.id)
        return tuple(
            Contract(
                scenario,
                read(functions[scenario.id]),
                rows=tuple(row for row in lists["rows"] if scenario.id in row.met_by),
                clauses_asked_for=tuple(clause for clause in lists["clauses"] if scenario.id in clause.met_by),
                defect=defects[scenario.id],
                published=tuple(verdicts.get(scenario.id, ())),
                same_name=tuple(_longer_names(scenario, scenarios)),
            )
            for scenario in scenarios
        )

    @property
    def families(self) -> dict[str, list[Contract]]:
        """The contracts of each family."""
        found: dict[str, list[Contract]] = {}
        for contract in self.all:
            found.setdefault(contract.scenario.family, []).append(contract)
        return found

    @property
    def documents(self) -> dict[str, list[Contract]]:
        """The contracts that stand on each document."""
        found: dict[str, list[Contract]] = {}
        for contract in self.all:
            for document in dict.fromkeys(clause.document for clause in contract.clauses):
                found.setdefault(document, []).append(contract)
        return found


def _function_name(contract: str) -> str:
    return f"test_{contract.partition('/')[2].replace('-', '_')}"


def _longer_names(scenario: Scenario, scenarios: list[Scenario]) -> Iterator[str]:
    """Yield the functions of the same family that `-k` would select as well, because their names hold this one's."""
    name = _function_name(scenario.id)
    for other in scenarios:
        longer = _function_name(other.id)
        if other.family == scenario.family and name in longer and name != longer:
            yield longer
