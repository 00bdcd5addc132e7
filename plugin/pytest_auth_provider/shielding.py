"""Contracts mean the same in every project: fixtures of a project's own `conftest.py` do not reach them.

`auth_client` is a common name for a fixture, a `conftest.py` in the root of a project is seen by tests outside of it
too, and an autouse fixture there may forbid the very sockets a contract needs.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider import fixtures
from pytest_auth_provider.catalogue import packages


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
