"""Read scenarios as source code: the faults they arm, the keys of an adapter they look at, why they do not apply.

A scenario is one function, and helpers of its package do part of its work. What is read here is read of the function
and of every helper that it can reach.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Final

from fakeprovider.faults.catalogue import built_in
from pytest_auth_provider import Adapter, catalogue
from pytest_auth_provider.scenario import scenario_of_function

_PACKAGE: Final = "auth_scenarios"
_ALWAYS: Final = {"name", "source", "root", "run", "policies", "command", "env", "files", "client_id", "timeout"}
"""Keys that are no news: every client has a command, and its actions and policies are told by the scenario itself."""
_KEYS: Final = {field.name for field in dataclasses.fields(Adapter)} - _ALWAYS
_REFUSALS: Final = ("applies_only", "NotApplicable")
_EMPTY: Final = ("", "...", "mytool ...")
"""Sentences that are made elsewhere, of which nothing is left here."""
_EVERYWHERE: Final = f"{_PACKAGE}.verify"
"""The verbs every scenario speaks with: what they look at says nothing of one contract."""


@dataclass(frozen=True)
class Reading:
    """What the source code of one scenario says.

    `listing` is the function as it is written, without its `@scenario`. `faults` are the faults by name. `reasons` say
    when the contract does not apply. `keys` are keys of the adapter that it looks at, `switches` the sides of policies
    that it puts the client on, as in `offline.strict`. `variants` are the ids of its parameters.
    """

    listing: str
    faults: tuple[str, ...]
    reasons: tuple[str, ...]
    keys: tuple[str, ...]
    switches: tuple[str, ...]
    variants: tuple[str, ...]


def contract_functions() -> dict[str, FunctionType]:
    """Return the function that checks each contract of our own package, by the id of the contract."""
    found = {}
    for path in catalogue.files():
        module = importlib.import_module(f"{_PACKAGE}.{path.parent.name}.{path.stem}")
        for function in (value for value in vars(module).values() if isinstance(value, FunctionType)):
            scenario = scenario_of_function(path, function)
            if scenario is not None:
                found[scenario.id] = function
    return found


def read(function: FunctionType) -> Reading:
    """Return what the source code of a scenario says."""
    reached = list(_reachable(function))
    return Reading(
        listing=_listing(function),
        faults=_unique(name for one in reached for name in _faults(one)),
        reasons=_unique(reason for one in reached for reason in _reasons(one)),
        keys=_unique(key for one in reached for key in _keys(one)),
        switches=_unique(side for one in reached for side in _switches(one)),
        variants=_unique(_variants(function)),
    )


def source_of(function: Callable[..., object]) -> str:
    """Return a function as it is written, without indentation and without decorators."""
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.splitlines()
    return "\n".join(lines[_definition(source).lineno - 1 :])


def _listing(function: FunctionType) -> str:
    source = textwrap.dedent(inspect.getsource(function))
    kept = [one for one in _definition(source).decorator_list if not ast.unparse(one).startswith("scenario(")]
    decorators = [f"@{ast.get_source_segment(source, one)}" for one in kept]
    return "\n".join([*decorators, source_of(function)])


def _definition(source: str) -> ast.FunctionDef:
    [definition] = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return definition


def _reachable(function: FunctionType) -> Iterator[FunctionType]:
    """Yield the function and every helper of its package that it can call, nearest first."""
    waiting, known = [function], {function}
    while waiting:
        one = waiting.pop(0)
        yield one
        for value in _values(one):
            for helper in _functions(value):
                if helper not in known and helper.__module__ != _EVERYWHERE:
                    known.add(helper)
                    waiting.append(helper)


def _functions(value: object) -> Iterator[FunctionType]:
    """Yield the functions of our package that a value is made of: itself, or the methods of a class."""
    if getattr(value, "__module__", "").partition(".")[0] != _PACKAGE:
        return
    if isinstance(value, type):
        members = (inspect.unwrap(member) for member in vars(value).values() if isinstance(member, FunctionType))
        yield from (member for member in members if not member.__code__.co_filename.startswith("<"))  # of dataclasses
    elif isinstance(value, FunctionType):
        yield inspect.unwrap(value)


def _values(function: FunctionType) -> Iterator[object]:
    """Yield what the names that stand in a function, or in its decorators, stand for in its module."""
    known = vars(sys.modules[function.__module__])
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]


@functools.cache
def _tree(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _faults(function: FunctionType) -> Iterator[str]:
    for value in _values(function):
        for one in _within(value):
            kind = one if isinstance(one, type) else type(one)
            if built_in().get(kind.__name__) is kind:
                yield kind.__name__


def _within(value: object) -> Iterator[object]:
    """Yield a value and what it holds: the parameters of a list, the attributes of an object of our package."""
    yield value
    if isinstance(value, list | tuple):
        for member in value:
            yield from _within(member)
    elif type(value).__module__.startswith(f"{_PACKAGE}."):
        for member in vars(value).values():
            yield from _within(member)


def _reasons(function: FunctionType) -> Iterator[str]:
    """Yield the sentences with which the function says that the contract does not apply."""
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _REFUSALS and node.args:
            sentence = _sentence(node.args[-1])
            if sentence not in _EMPTY:
                yield sentence


def _sentence(node: ast.expr) -> str:
    """Return a sentence of the code, with `mytool` for the client and `...` for whatever else is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [
        str(part.value) if isinstance(part, ast.Constant) else "mytool" if _is_the_client(part) else "..."
        for part in node.values
    ]
    return "".join(parts)


def _is_the_client(part: ast.expr) -> bool:
    return isinstance(part, ast.FormattedValue) and ast.unparse(part.value).endswith((".name", "_name"))


def _keys(function: FunctionType) -> Iterator[str]:
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Attribute) and node.attr in _KEYS and ast.unparse(node.value).endswith("adapter"):
            yield node.attr


def _switches(function: FunctionType) -> Iterator[str]:
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "switched":
            sides = [str(one.value) if isinstance(one, ast.Constant) else "<side>" for one in node.args]
            yield ".".join(sides)


def _variants(function: FunctionType) -> Iterator[str]:
    for mark in getattr(function, "pytestmark", []):
        if mark.name == "parametrize":
            ids = mark.kwargs.get("ids")
            for number, value in enumerate(mark.args[1]):
                named = getattr(value, "id", None) or (ids[number] if isinstance(ids, list | tuple) else None)
                yield str(named or _plain(value))


def _plain(value: object) -> str:
    """Return a parameter as pytest shows it where that is a word, or as it is written."""
    return re.sub(r"\s+", " ", value if isinstance(value, str) else repr(value))


def _unique(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
