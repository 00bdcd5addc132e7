"""Collecting contracts so that they mean the same in any project, whatever its pytest settings and fixtures are.

`auth_client` is a common name for a fixture, the `conftest.py` in the root of a project is seen by tests outside of it
too, and an autouse fixture there may forbid the very sockets a contract needs. So fixtures that a project defines do
not reach contracts (`shield`), and neither do its naming patterns (`ContractModule`).

pytest has no public way to choose between the definitions of a fixture. Two of its private names are left, both in
`shield`: `Function._fixtureinfo` (which fixtures a test uses, and their definitions) and `Session._fixturemanager`
(the definitions of a fixture that only the shielded ones need). They are alike in every version since 8.3.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider import fixtures
from pytest_auth_provider.catalogue import packages

_Definitions = dict[str, list[pytest.FixtureDef[Any]]]


class ContractModule(pytest.Module):
    """A file of the catalogue: its tests are the functions `test_*`, whatever the project's `python_functions` says."""

    def funcnamefilter(self, name: str) -> bool:
        """Return whether a function of this name is a test."""
        return name.startswith("test_")


def collect_contract(path: Path, parent: pytest.Collector) -> ContractModule | None:
    """Return the collector of a file of the catalogue, or None for any other file.

    Its node id starts with the name of its package, wherever that is installed.
    """
    for directory in packages().values():
        if path.is_relative_to(directory):
            node = path.relative_to(directory.parent).as_posix()
            module: ContractModule = ContractModule.from_parent(parent, path=path, nodeid=node)
            return module
    return None


def is_contract(node: pytest.Item) -> bool:
    """Return whether a test comes from the catalogue."""
    return node.getparent(ContractModule) is not None


def locate(item: pytest.Item) -> None:
    """Replace the path in the location that pytest shows by that of the node id, which no installation changes."""
    _path, line, name = item.location
    item.location = (item.nodeid.partition("::")[0], line, name)


def shield(definition: pytest.Function) -> None:
    """Remove what the project defines from a contract's fixtures, both those it asks for and the autouse ones.

    A fixture of the project that overrides one of ours gives way to ours.
    """
    info = definition._fixtureinfo
    asked_for = [name for name in info.initialnames if name in info.argnames]
    found: _Definitions = {}
    closure = list(dict.fromkeys([*_closure(definition, info.initialnames, found), *asked_for]))
    definition.fixturenames[:] = closure
    info.name2fixturedefs.clear()
    info.name2fixturedefs.update(found)


def _closure(definition: pytest.Function, names: tuple[str, ...], found: _Definitions) -> Iterator[str]:
    """Yield every fixture that these names lead to, dependencies first, and put their definitions into `found`."""
    manager = definition.session._fixturemanager
    for name in names:
        if name in found or name in _parameters(definition):
            continue
        visible = [made for made in manager.getfixturedefs(name, definition) or () if _is_visible(name, made)]
        if visible:
            found[name] = visible
            yield from _closure(definition, tuple(need for made in visible for need in made.argnames), found)
            yield name


def _parameters(definition: pytest.Function) -> set[str]:
    """Return the arguments that `@pytest.mark.parametrize` supplies."""
    given = [mark.args[0] if mark.args else mark.kwargs["argnames"] for mark in definition.iter_markers("parametrize")]
    return {name.strip() for names in given for name in (names.split(",") if isinstance(names, str) else names)}


def _is_visible(name: str, made: pytest.FixtureDef[Any]) -> bool:
    """Return whether contracts see this definition of the fixture `name`.

    They see definitions of packages of contracts and of plugins; of the fixtures this plugin offers, its own alone.
    """
    function = inspect.unwrap(made.func)
    code = getattr(function, "__code__", None)
    file = Path(code.co_filename if code else "")
    if any(file.is_relative_to(directory) for directory in packages().values()):
        return True
    return function.__module__ == fixtures.__name__ if hasattr(fixtures, name) else file.name != "conftest.py"
