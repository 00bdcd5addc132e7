"""The catalogue: every contract there is, found without running anything.

Packages of scenarios announce themselves in the entry point group `auth_provider_scenarios`; the one that comes with
this distribution is `auth_scenarios`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.scenario import Scenario, contract_id, scenario_of_function

GROUP: Final = "auth_provider_scenarios"


@functools.cache
def packages() -> dict[str, Path]:
    """Every package of scenarios, to its directory, without importing it.

    Raises `pytest.UsageError` where a distribution announces a package that is not there.
    """
    return {name: _directory(name) for name in sorted({entry.value for entry in entry_points(group=GROUP)})}


def _directory(package: str) -> Path:
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise pytest.UsageError(f'an entry point of the group {GROUP} names "{package}", which is no package')
    return Path(spec.submodule_search_locations[0])


def files() -> list[Path]:
    """The files of every contract, family by family."""
    return [path for directory in packages().values() for path in sorted(directory.glob("*/test_*.py"))]


def ids() -> list[str]:
    """The ids of every contract, without importing any."""
    return [contract_id(path) for path in files()]


def scenarios() -> list[Scenario]:
    """Every contract, in the order it is run. Raises `pytest.UsageError` for a file that cannot be imported."""
    return [scenario for package, directory in packages().items() for scenario in _of_package(package, directory)]


@functools.cache
def find(contract: str) -> Scenario:
    """The contract with this id. Raises `KeyError` for one there is not."""
    return {scenario.id: scenario for scenario in scenarios()}[contract]


def _of_package(package: str, directory: Path) -> Iterator[Scenario]:
    for path in sorted(directory.glob("*/test_*.py")):
        name = f"{package}.{path.parent.name}.{path.stem}"
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise pytest.UsageError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
        found = (scenario_of_function(path, function) for function in vars(module).values() if callable(function))
        yield from (scenario for scenario in found if scenario is not None)


# FROM plugin/pytest_auth_provider/listing.py: `--auth-list`: the contracts, a line each.


def listing(scenarios: Sequence[Scenario]) -> str:
    """The contracts as a table: id, level, title, source."""
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    lines = [f"{s.id:<{width}}  {s.level:<6}  {s.title}  ({s.source})" for s in scenarios]
    return "\n".join([*lines, "", f"{len(scenarios)} contracts"])
