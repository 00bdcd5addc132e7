"""The catalogue: every contract that is installed, found without running anything.

Packages of scenarios announce themselves in the entry point group `auth_provider_scenarios`; the one that comes with
this distribution is `auth_scenarios`. In a package, `<family>/test_<topic>.py` holds the contracts of one topic: each
function `test_<name>` is the contract `<family>/<name>`.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.scenario import Scenario, contract_id, scenario_of_function

GROUP: Final = "auth_provider_scenarios"
"""The entry point group in which packages of scenarios announce themselves."""

_CONTRACT: Final = re.compile(r"^(?:async +)?def +(test_\w+)", re.MULTILINE)


@functools.cache
def packages() -> dict[str, Path]:
    """Map the name of every package of scenarios to its directory, without importing it.

    Raises `pytest.UsageError` where a distribution announces a package that is not there.
    """
    return {name: _directory(name) for name in sorted({entry.value for entry in entry_points(group=GROUP)})}


def files() -> list[Path]:
    """Return the files of every contract, family by family.

    Raises `pytest.UsageError` where two contracts have the same id: one of the two verdicts would hide the other.
    """
    _index()
    return [path for directory in packages().values() for path in _modules(directory)]


def ids() -> list[str]:
    """Return the ids of every contract, without importing any. Raises `pytest.UsageError` as `files` does."""
    return list(_index())


def scenarios() -> list[Scenario]:
    """Return every contract, package by package and sorted by id.

    Raises `pytest.UsageError` for a file that cannot be imported, and as `files` does.
    """
    _index()
    found = (sorted(_of_package(*package), key=lambda scenario: scenario.id) for package in packages().items())
    return [scenario for package in found for scenario in package]


@functools.cache
def find(contract: str) -> Scenario:
    """Return the contract with this id. Raises `KeyError` for one that does not exist."""
    return {scenario.id: scenario for scenario in scenarios()}[contract]


def bare_asserts() -> Iterator[str]:
    """Yield the place of every `assert` statement in the packages of scenarios, as in `house_rules/manners.py:12`."""
    for directory in packages().values():
        for path in sorted(directory.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Assert):
                    yield f"{path.relative_to(directory.parent)}:{node.lineno}"


def listing(scenarios: Sequence[Scenario]) -> str:
    """Return the contracts as the table that `--auth-list` prints: id, level, title, source."""
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    lines = [f"{s.id:<{width}}  {s.level:<6}  {s.title}  ({s.source})" for s in scenarios]
    return "\n".join([*lines, "", f"{len(scenarios)} contracts"])


def _directory(package: str) -> Path:
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise pytest.UsageError(f'an entry point of the group {GROUP} names "{package}", which is no package')
    return Path(spec.submodule_search_locations[0])


def _modules(directory: Path) -> list[Path]:
    return sorted(directory.glob("*/test_*.py"))


@functools.cache
def _index() -> Mapping[str, str]:
    """Map the id of every contract to its place, as in `/site/house_rules/house/test_manners.py:12`.

    Read from the text of the files, since every run asks for it, also where nothing else imports them.
    """
    index: dict[str, str] = {}
    for path in (path for directory in packages().values() for path in _modules(directory)):
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _CONTRACT.finditer(text):
            contract = contract_id(path, match[1])
            place = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            if contract in index:
                raise pytest.UsageError(
                    f'two contracts have the id "{contract}": {index[contract]} and {place}. The id is the name of the '
                    "family and of the function; rename one of the two functions"
                )
            index[contract] = place
    return index


def _of_package(package: str, directory: Path) -> Iterator[Scenario]:
    for path in _modules(directory):
        name = f"{package}.{path.parent.name}.{path.stem}"
        try:
            module = importlib.import_module(name)
        except Exception as error:
            raise pytest.UsageError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
        functions = (value for value in vars(module).values() if callable(value))
        own = (function for function in functions if getattr(function, "__module__", "") == name)
        yield from filter(None, (scenario_of_function(path, function) for function in own))
