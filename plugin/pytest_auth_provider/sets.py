"""Parts of the catalogue by name: single contracts, families, levels, and sets, which `--auth-set` chooses.

A set is one of three things. A **document**, as in `rfc8252`: the contracts whose source names it. A **topic**, as in
`offline`, or a **release**, as in `2026.12`: the contracts that a file of a package of scenarios lists, one id on a
line, in `sets/<name>.txt`. The list of a release is never changed: who runs it is asked tomorrow what was asked today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.scenario import LEVELS, Scenario, scenario_of_item, variant_of

OPTIONS: Final = ("--auth-contract", "--auth-family", "--auth-level", "--auth-set")
"""The options that choose a part of the catalogue; a contract has to be in one of each that is given."""
_RFC: Final = re.compile(r"\bRFC (\d+)\b")


@dataclass(frozen=True)
class Part:
    """What was chosen; an empty member stands for everything.

    `variants` are those of the contracts that were named one by one, by id; none of a contract stands for all of it.
    """

    families: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    ids: frozenset[str] | None = None
    variants: Mapping[str, Collection[str]] = field(default_factory=dict)

    def __contains__(self, scenario: Scenario) -> bool:
        return (
            (not self.families or scenario.family in self.families)
            and (not self.levels or scenario.level in self.levels)
            and (self.ids is None or scenario.id in self.ids)
            and (not self.variants or scenario.id in self.variants)
        )

    def has(self, scenario: Scenario, variant: str) -> bool:
        """Return whether this variant of a contract was chosen; `variant` is "" for a contract that has none."""
        return scenario in self and (not (named := self.variants.get(scenario.id)) or variant in named)


def part(config: pytest.Config) -> Part | None:
    """Return what the command line chooses of the catalogue, None where it chooses nothing.

    Raises `pytest.UsageError` for a contract, a family, a level or a set that does not exist.
    """
    contracts, families, levels, sets = (config.getoption(option) for option in OPTIONS)
    if not (contracts or families or levels or sets):
        return None
    _check("--auth-family", families, {contract.partition("/")[0] for contract in catalogue.ids()})
    _check("--auth-level", levels, LEVELS)
    return Part(frozenset(families), frozenset(levels), _members(sets) if sets else None, _named(contracts))


def chosen(scenarios: Iterable[Scenario], config: pytest.Config) -> list[Scenario]:
    """Return those of these contracts that the command line chooses. Raises `pytest.UsageError` as `part` does."""
    only = part(config)
    return [scenario for scenario in scenarios if only is None or scenario in only]


def deselect(
    items: list[pytest.Item], config: pytest.Config, contract_of: Callable[[pytest.Item], Scenario | None]
) -> None:
    """Remove the contracts that were not chosen from `items`; other tests stay.

    `contract_of` returns the contract that a test checks, as it stands for the client that is checked. Raises
    `pytest.UsageError` for a variant that a contract does not have.
    """
    only = part(config)
    if only is None:
        return
    _check_variants(items, only)
    left: list[pytest.Item] = []
    removed: list[pytest.Item] = []
    for item in items:
        scenario = contract_of(item)
        (left if scenario is None or only.has(scenario, variant_of(item)) else removed).append(item)
    if removed:
        config.hook.pytest_deselected(items=removed)
        items[:] = left


def listed() -> Mapping[str, list[str]]:
    """Return the sets that files list: name -> ids of contracts. Packages may add to one another's."""
    found: dict[str, list[str]] = {}
    for directory in catalogue.packages().values():
        for path in sorted((directory / "sets").glob("*.txt")):
            found.setdefault(path.stem, []).extend(_ids(path))
    return found


def documents() -> Mapping[str, list[str]]:
    """Return the sets that sources make: the name of an RFC, as in `rfc8252`, -> ids of the contracts that name it."""
    found: dict[str, list[str]] = {}
    for scenario in catalogue.scenarios():
        for number in dict.fromkeys(_RFC.findall(scenario.source)):
            found.setdefault(f"rfc{number}", []).append(scenario.id)
    return found


def _members(names: Collection[str]) -> frozenset[str]:
    sets = {**documents(), **listed()}
    _check("--auth-set", names, sets)
    return frozenset(contract for name in names for contract in sets[name])


def _named(contracts: Iterable[str]) -> Mapping[str, Collection[str]]:
    """Return the variants of each contract that was named; none where it was named as a whole."""
    named: dict[str, set[str]] = {}
    whole: set[str] = set()
    for one in contracts:
        contract, bracket, variant = one.removesuffix("]").partition("[")
        named.setdefault(contract, set()).add(variant)
        whole |= set() if bracket else {contract}
    for contract in named:
        if contract not in (known := catalogue.ids()):
            hint = did_you_mean(contract, known) or "."
            raise pytest.UsageError(
                f'--auth-contract: there is no "{contract}"{hint} pytest --auth-list shows every contract'
            )
    return {contract: () if contract in whole else variants for contract, variants in named.items()}


def _check_variants(items: Iterable[pytest.Item], only: Part) -> None:
    """Refuse a variant that none of the tests of its contract is."""
    there: dict[str, list[str]] = {contract: [] for contract in only.variants}
    for item in items:
        scenario = scenario_of_item(item)
        if scenario is not None and scenario.id in there:
            there[scenario.id].append(variant_of(item))
    for contract, variants in only.variants.items():
        for variant in variants:
            if variant not in there[contract]:
                known = ", ".join(dict.fromkeys(filter(None, there[contract])))
                expected = f"expected one of {known}" if known else "it has none; name it without brackets"
                raise pytest.UsageError(f'--auth-contract: {contract} has no variant "{variant}": {expected}')


def _ids(path: Path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def _check(option: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise pytest.UsageError(
                f'{option}: there is no "{name}"{did_you_mean(name, known) or "."} '
                f"Expected one of {', '.join(sorted(known))}"
            )
