"""The catalogue: every contract there is, found without running anything.

Packages of scenarios announce themselves in the entry point group `auth_provider_scenarios`; the one that comes with
this distribution is `auth_scenarios`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from pytest_auth_provider.scenario import Scenario, scenario_of_function

GROUP: Final = "auth_provider_scenarios"


def packages() -> dict[str, Path]:
    """Every package of scenarios, to its directory, without importing it."""
    found = {}
    for name in sorted({entry.value for entry in entry_points(group=GROUP)}):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            found[name] = Path(spec.submodule_search_locations[0])
    return found


def files() -> list[Path]:
    """The files of every contract, family by family."""
    return [path for directory in packages().values() for path in sorted(directory.glob("*/test_*.py"))]


def scenarios() -> list[Scenario]:
    """Every contract, in the order it is run."""
    return [scenario for package, directory in packages().items() for scenario in _of_package(package, directory)]


@functools.cache
def find(contract: str) -> Scenario:
    """The contract with this id. Raises `KeyError` for one there is not."""
    return {scenario.id: scenario for scenario in scenarios()}[contract]


def _of_package(package: str, directory: Path) -> Iterator[Scenario]:
    for path in sorted(directory.glob("*/test_*.py")):
        module = importlib.import_module(f"{package}.{path.parent.name}.{path.stem}")
        found = (scenario_of_function(path, function) for function in vars(module).values() if callable(function))
        yield from (scenario for scenario in found if scenario is not None)
