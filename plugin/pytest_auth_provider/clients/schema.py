"""Readers of TOML values that complain like a person: which file, which key, what was expected, what is there.

A reader takes the place of a value and the value and returns what the adapter keeps, or raises `AdapterError`.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.placeholders import placeholders_in
from pytest_auth_provider.clients.words import PLACEHOLDERS, did_you_mean, own_name

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Place:
    """Where a value stands: the file, and its dotted key as TOML writes it."""

    file: str
    key: str = ""

    def __truediv__(self, name: str) -> Place:
        part = name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        return Place(self.file, f"{self.key}.{part}" if self.key else part)

    def __str__(self) -> str:
        return f"{self.file}: {self.key}" if self.key else self.file

    def expected(self, what: str, value: object) -> AdapterError:
        """The complaint that `value` is not `what`."""
        return AdapterError(f"{self}: expected {what}; got {_shown(value)}")

    def missing(self, what: str) -> AdapterError:
        """The complaint that there is nothing here, and `what` to do about it."""
        return AdapterError(f"{self}: missing; {what}")

    def unknown(self, name: str, what: str, accepted: Collection[str]) -> AdapterError:
        """The complaint that `name` is no known `what`, with the names that are."""
        hint = did_you_mean(name, accepted) or "."
        return AdapterError(f"{self}: not {what}{hint} Accepted: {', '.join(accepted)}")


Reader = Callable[[Place, object], Any]


def _shown(value: object) -> str:
    """A TOML value and its kind, on one short line."""
    kinds = {bool: "a boolean", str: "a string", int: "an integer", float: "a float", list: "an array", dict: "a table"}
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > 60:
        text = text[:57] + "..."
    return f"{text} ({kinds.get(type(value), 'a date or time')})"


def table(place: Place, value: object) -> dict[str, object]:
    """Any table, as it is."""
    if not isinstance(value, dict):
        raise place.expected("a table", value)
    return value


def text(place: Place, value: object) -> str:
    """A string with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise place.expected("a string that is not empty", value)
    return value


def template(place: Place, value: object) -> str:
    """A string, perhaps empty, in which `{placeholders}` are allowed."""
    if not isinstance(value, str):
        raise place.expected("a string", value)
    for name in placeholders_in(value):
        if name not in PLACEHOLDERS:
            what = f"a placeholder: {{{name}}}"
            raise (place).unknown(name, what, tuple(PLACEHOLDERS))
    return value


def words(place: Place, value: object) -> tuple[str, ...]:
    """Arguments: a string, split as a shell would, or an array of strings."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as problem:
            raise AdapterError(f"{place}: a shell could not split {json.dumps(value)}: {problem}") from None
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise place.expected("arguments as a string or an array of strings", value)
    return tuple(template(place, word) for word in value)


def command(place: Place, value: object) -> tuple[str, ...]:
    """A program and its leading arguments."""
    found = words(place, value)
    if not found or not found[0]:
        raise place.expected('a program and its arguments, such as ["my-tool"]', value)
    return found


def seconds(place: Place, value: object) -> float:
    """A time span in seconds, greater than 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise place.expected("seconds, a number greater than 0", value)
    return float(value)


def flag(place: Place, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise place.expected("true or false", value)
    return value


def one_of(*accepted: str) -> Reader:
    """A reader of one of these strings."""

    def reader(place: Place, value: object) -> str:
        if value not in accepted:
            raise place.expected(" or ".join(f'"{one}"' for one in accepted), value)
        return str(value)

    return reader


def exit_codes(place: Place, value: object) -> frozenset[int]:
    """One exit code or several."""
    codes = value if isinstance(value, list) else [value]
    if not codes or not all(type(code) is int and 0 <= code <= 255 for code in codes):
        raise place.expected("an exit code from 0 to 255, or an array of them", value)
    return frozenset(codes)


def inner_path(place: Place, value: object) -> str:
    """A path that stays below the sandbox: relative to HOME, or starting with a placeholder."""
    found = template(place, value)
    path = PurePosixPath(found)
    if not found or path.is_absolute() or ".." in path.parts:
        raise place.expected("a path below HOME, relative and without ..", value)
    return found


def inner_paths(place: Place, value: object) -> tuple[str, ...]:
    """Several such paths."""
    if not isinstance(value, list):
        raise place.expected("an array of paths below HOME", value)
    return tuple(inner_path(place, path) for path in value)


def pattern(place: Place, value: object) -> re.Pattern[str]:
    """A regular expression; case does not matter, `^` and `$` match at every line."""
    source = text(place, value)
    try:
        return re.compile(source, re.IGNORECASE | re.MULTILINE)
    except re.error as problem:
        raise AdapterError(f"{place}: {json.dumps(source)} is not a regular expression: {problem}") from None


def patterns(place: Place, value: object) -> tuple[re.Pattern[str], ...]:
    """One regular expression or several; any of them may match."""
    several = value if isinstance(value, list) else [value]
    if not several:
        raise place.expected("a regular expression, or an array of them", value)
    return tuple(pattern(place, one) for one in several)


def mapping(read: Reader, what: str = "", known: Collection[str] = (), check: Reader | None = None) -> Reader:
    """A reader of tables whose values are all read by `read`.

    Keys come from `known` or start with `x-`, where `known` is given; `check` reads each key.
    """

    def reader(place: Place, value: object) -> dict[str, Any]:
        found = {}
        for name, entry in table(place, value).items():
            if known and name not in known and not own_name(name):
                raise (place / name).unknown(name, what, [*known, "x-..."])
            if check is not None:
                check(place / name, name)
            found[name] = read(place / name, entry)
        return found

    return reader


def fields(place: Place, value: object, readers: Mapping[str, Reader], what: str) -> dict[str, Any]:
    """A table with fixed keys: each value read by the reader of its key, keys that are absent left out."""
    found = {}
    for name, entry in table(place, value).items():
        if name not in readers:
            raise (place / name).unknown(name, what, tuple(readers))
        found[name] = readers[name](place / name, entry)
    return found
