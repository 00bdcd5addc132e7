"""Collecting contracts in any project, whatever its pytest settings are."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider import fixtures
from pytest_auth_provider.catalogue import packages


class ContractModule(pytest.Module):
    """A file of the catalogue: its test functions are `test_*`, whatever `python_functions` says in this project."""

    def funcnamefilter(self, name: str) -> bool:
        """Whether a function of this name is a test."""
        return name.startswith("test_")


def collect_contract(path: Path, parent: pytest.Collector) -> ContractModule | None:
    """The module of a contract, or None for a file that is not in the catalogue.

    Its node id starts with the name of its package, wherever that is installed.
    """
    for directory in packages().values():
        if path.is_relative_to(directory):
            node = path.relative_to(directory.parent).as_posix()
            module: ContractModule = ContractModule.from_parent(parent, path=path, nodeid=node)
            return module
    return None


def is_contract(node: pytest.Item) -> bool:
    """Whether a test comes from the catalogue."""
    return node.getparent(ContractModule) is not None


def locate(item: pytest.Item) -> None:
    """Let pytest tell the place of a contract by its node id: where the package is installed is of no interest."""
    _path, line, name = item.location
    item.location = (item.nodeid.partition("::")[0], line, name)


# FROM plugin/pytest_auth_provider/shielding.py: Contracts mean the same in every project: fixtures of a project's own `conftest.py` do not reach them.
#
# `auth_client` is a common name for a fixture, a `conftest.py` in the root of a project is seen by tests outside of it
# too, and an autouse fixture there may forbid the very sockets a contract needs.


def shield(definition: pytest.Function) -> None:
    """Leave out of a contract's fixtures, those asked for and those used automatically, what the project defines.

    pytest has no public way to say so; what is changed here is what every version since 8.3 works with.
    """
    info = definition._fixtureinfo
    asked_for = [name for name in info.initialnames if name in info.argnames]
    found: dict[str, list[pytest.FixtureDef[Any]]] = {}
    closure = list(dict.fromkeys([*_closure(definition, info.initialnames, found), *asked_for]))
    info.names_closure[:] = closure
    info.name2fixturedefs.clear()
    info.name2fixturedefs.update(found)


def _closure(
    definition: pytest.Function, names: tuple[str, ...], found: dict[str, list[pytest.FixtureDef[Any]]]
) -> Iterator[str]:
    """Every fixture these names lead to, what it needs first; their definitions are put into `found`."""
    manager = definition.session._fixturemanager
    for name in names:
        if name in found or name in _parameters(definition):
            continue
        visible = [made for made in manager.getfixturedefs(name, definition) or () if _counts(name, made)]
        if visible:
            found[name] = visible
            yield from _closure(definition, tuple(need for made in visible for need in made.argnames), found)
            yield name


def _parameters(definition: pytest.Function) -> set[str]:
    """The arguments that `@pytest.mark.parametrize` gives a value."""
    given = [mark.args[0] if mark.args else mark.kwargs["argnames"] for mark in definition.iter_markers("parametrize")]
    return {name.strip() for names in given for name in (names.split(",") if isinstance(names, str) else names)}


def _counts(name: str, made: pytest.FixtureDef[Any]) -> bool:
    """Whether a contract sees this definition: of a package of contracts, of a plugin, and for our names ours alone."""
    function = inspect.unwrap(made.func)
    code = getattr(function, "__code__", None)
    file = Path(code.co_filename if code else "")
    if any(file.is_relative_to(directory) for directory in packages().values()):
        return True
    return function.__module__ == fixtures.__name__ if hasattr(fixtures, name) else file.name != "conftest.py"
