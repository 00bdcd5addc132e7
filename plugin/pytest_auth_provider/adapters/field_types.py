"""The types of an adapter's keys: what may be written in TOML, what becomes of it, and what is said of anything else.

The JSON Schema comes from the same types, from `json_schema_input_type` where TOML allows more than the value has.
"""

from __future__ import annotations

import json
import re
import shlex
import warnings
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    Strict,
    StrictBool,
    StrictStr,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.annotations import Expected, Names
from pytest_auth_provider.adapters.complaints import complaint, expected, shown
from pytest_auth_provider.adapters.placeholders import known_placeholders
from pytest_auth_provider.adapters.vocabulary import ANSWER_PLACEHOLDERS, POLICIES, own_name

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
_MODULE = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
ENTRY_POINT = f"{_MODULE}:{_MODULE}"
"""Regular expression of an entry point, as packaging metadata writes it."""

PATTERN_FLAGS = re.IGNORECASE | re.MULTILINE
"""Flags of the regular expressions in an adapter: case does not matter, `^` and `$` match at every line."""


def listed(value: object) -> object:
    """Return an array, of one entry where `value` is no array."""
    return value if isinstance(value, list) else [value]


def _split(value: object) -> object:
    """Split a string into words, as a shell would."""
    if not isinstance(value, str):
        return value
    try:
        return shlex.split(value)
    except ValueError as problem:
        raise complaint(f"a shell could not split {json.dumps(value)}: {problem}") from None


def _names_a_program(value: object, read: ValidatorFunctionWrapHandler) -> object:
    words = read(value)
    if not words or not words[0]:
        raise expected('a program and its arguments, such as ["my-tool"]', value)
    return words


def _below_home(value: object) -> str:
    if not isinstance(value, str):
        raise expected("a string", value)
    path = PurePosixPath(known_placeholders(value))
    if not value or path.is_absolute() or ".." in path.parts:
        raise expected("a path below HOME, relative and without ..", value)
    return value


def _several_below_home(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise expected("an array of paths below HOME", value)
    return tuple(map(_below_home, value))


def _compiled(value: object) -> tuple[re.Pattern[str], ...]:
    several = value if isinstance(value, list) else [value]
    if not several:
        raise expected("a regular expression, or an array of them", value)
    return tuple(map(_compiled_one, several))


def _compiled_one(source: object) -> re.Pattern[str]:
    if not isinstance(source, str) or not source.strip():
        raise expected("a string that is not empty", source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # it would mean something else to another Python
            return re.compile(source, PATTERN_FLAGS)
    except (re.error, OverflowError, FutureWarning) as problem:
        raise complaint(f"{json.dumps(source)} is not a regular expression: {problem}") from None
    except RecursionError:
        raise complaint(f"{shown(source)} is nested too deeply for a regular expression") from None


def _json(value: object) -> object:
    """Return `value` if JSON has it: TOML has dates and times, infinity and nan besides."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise expected('a value that JSON has, too (write a time as a string, "2026-01-31T12:00:00Z")', value) from None
    return value


def _answer(value: object) -> object:
    """Return `value` if JSON has it and the placeholders in its strings are those of servers."""
    waiting: list[tuple[object, tuple[str, ...]]] = [(_json(value), ())]
    for found, keys in waiting:
        if isinstance(found, str):
            known_placeholders(found, *keys, known=ANSWER_PLACEHOLDERS)
        elif isinstance(found, dict):
            waiting += [(entry, (*keys, name)) for name, entry in found.items()]
        elif isinstance(found, list):
            waiting += [(entry, (*keys, str(number))) for number, entry in enumerate(found)]
    return value


def _json_template(value: object, keys: tuple[str, ...] = ()) -> object:
    """Return `value` if JSON has it and the placeholders in its strings are known."""
    entries: Collection[tuple[object, object]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = tuple(enumerate(value))
    elif isinstance(value, str):
        known_placeholders(value, *keys)
    elif not isinstance(value, (int, float, bool)):
        raise expected("something JSON can hold", value, *keys)
    for key, entry in entries:
        _json_template(entry, (*keys, str(key)))
    return value


def _host(value: object) -> str:
    if not isinstance(value, str) or len(value) > 253 or not _HOST.fullmatch(value):  # RFC 1035 2.3.4
        raise expected('the name of a host, such as "api.example.com", without scheme, port or path', value)
    return value


def _lower_host(value: object) -> str:
    return _host(value).lower()


def _host_patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise expected('an array of hosts, such as ["telemetry.example.com", "*.example.net"]', value)
    for pattern in value:
        _host(pattern.replace("*", "x") if isinstance(pattern, str) else pattern)
    return tuple(value)


Text = Annotated[StrictStr, Field(min_length=1, pattern=r"\S"), Expected("a string that is not empty")]
"""A string with something in it."""

Flag = Annotated[StrictBool, Expected("true or false")]

Template = Annotated[StrictStr, Expected("a string"), AfterValidator(known_placeholders)]
"""A string, perhaps empty, in which `{placeholders}` are allowed."""

Words = Annotated[
    tuple[StrictStr, ...],
    Expected("arguments as a string or an array of strings"),
    AfterValidator(lambda words: tuple(map(known_placeholders, words))),
    BeforeValidator(_split, json_schema_input_type=str | list[str]),
]
"""Arguments: a string that is split as a shell would, or an array of strings."""

Program = Annotated[
    Words,
    WrapValidator(
        _names_a_program,
        json_schema_input_type=Annotated[str, Field(min_length=1)] | Annotated[list[str], Field(min_length=1)],
    ),
]
"""A program and its leading arguments."""

LONGEST = 86_400
"""Seconds, a day: no command is waited for longer, and no timer of the system is asked for more than it can count."""
Seconds = Annotated[
    float,
    Strict(),
    Field(gt=0, le=LONGEST, allow_inf_nan=False),
    Expected(f"seconds, above 0 and up to {LONGEST}"),
]

Count = Annotated[int, Strict(), Field(ge=1), Expected("a whole number from 1 up")]

_ExitCode = Annotated[int, Strict(), Field(ge=0, le=255)]
ExitCodes = Annotated[
    frozenset[_ExitCode],
    Field(min_length=1),
    BeforeValidator(listed, json_schema_input_type=_ExitCode | Annotated[list[_ExitCode], Field(min_length=1)]),
    Expected("an exit code from 0 to 255, or an array of them"),
]
"""One exit code or several."""


def _variables(table: dict[str, str]) -> dict[str, str]:
    """Return the table, whose keys have to be names of variables."""
    for name in table:
        if not name or "=" in name:
            raise complaint('expected the name of a variable, which is not empty and has no "=" in it', name)
    return table


Environment = Annotated[Mapping[str, Template], AfterValidator(_variables), Names()]
"""Variables of a command."""

_PathInToml = Annotated[str, Field(min_length=1)]
InnerPaths = Annotated[tuple[str, ...], PlainValidator(_several_below_home, json_schema_input_type=list[_PathInToml])]
"""Paths below the sandbox's HOME, relative to it or beginning with a placeholder."""

InnerPathOrPaths = Annotated[
    InnerPaths,
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=_PathInToml | list[_PathInToml],
    ),
]

Files = Annotated[Mapping[Annotated[str, PlainValidator(_below_home, json_schema_input_type=str)], Template], Names()]
"""Path below HOME -> the content of a file."""

Patterns = Annotated[
    tuple[re.Pattern[str], ...],
    PlainValidator(_compiled, json_schema_input_type=Text | Annotated[list[Text], Field(min_length=1)]),
]
"""One regular expression or several, any of which may match."""

Answer = Annotated[object, AfterValidator(_answer)]
"""What JSON has; its strings may hold placeholders of servers, such as `{issuer}`."""

JsonTemplate = Annotated[object, AfterValidator(_json_template)]
"""What JSON has; its strings may hold placeholders."""

Members = Annotated[
    tuple[Annotated[StrictStr, Field(min_length=1)], ...], Expected('an array of names, such as ["authToken"]')
]

Status = Annotated[int, Strict(), Field(ge=200, le=599), Expected("a status from 200 to 599")]
"""A status of HTTP that ends a request."""

Host = Annotated[str, PlainValidator(_lower_host, json_schema_input_type=Text)]
HostKey = Annotated[str, PlainValidator(_host, json_schema_input_type=Text)]
HostPatterns = Annotated[tuple[str, ...], PlainValidator(_host_patterns, json_schema_input_type=list[Text])]

UrlPath = Annotated[
    StrictStr, Field(pattern="^/"), Expected('a path that starts with /, such as "/user" or "/repos/*"')
]

Ports = Annotated[
    tuple[Annotated[int, Strict(), Field(ge=1, le=65535)], ...],
    Expected("an array of ports from 1 to 65535, such as [8090]"),
]

EntryPoint = Annotated[
    StrictStr, Field(pattern=f"^{ENTRY_POINT}$"), Expected('an entry point, such as "mytool.cli:main"')
]

Contracts = Annotated[
    tuple[Annotated[StrictStr, Field(pattern="^[^/]+/[^/]+$")], ...],
    Expected('an array of contracts, such as ["hygiene/no-traceback"]'),
]

Packages = Annotated[
    tuple[Annotated[StrictStr, Field(pattern=f"^{_MODULE}$")], ...],
    Expected('an array of packages, such as ["mytool"]'),
]


def _side(policy: str, value: object, *keys: str) -> str:
    """Return a side of the policy as text: one of its names, or seconds; anything goes for a policy of one's own."""
    accepted = POLICIES.get(policy, {})
    if isinstance(value, str) and (value in accepted or own_name(policy)):
        return value
    if accepted:
        raise expected(" or ".join(f'"{side}"' for side in accepted), value, *keys)
    if type(value) is int and value >= 0:
        return str(value)
    raise expected("a string" if own_name(policy) else "a whole number of seconds", value, *keys)


def _sides(policies: object) -> object:
    """Return the table with each side as text."""
    if not isinstance(policies, dict):
        return policies
    return {policy: _side(policy, value, policy) for policy, value in policies.items()}


def known_sides(switches: dict[str, object]) -> dict[str, object]:
    """Check the sides that switches are named after; seconds are written as the name of a table there."""
    for policy, overlays in switches.items():
        for side in overlays if isinstance(overlays, dict) else ():
            seconds = side.isdecimal() and not own_name(policy)
            _side(policy, int(side) if seconds else side, policy, side)
    return switches


class _DescribedSides:
    """Describe each policy to editors: its sides and what they mean, or that it is a number of seconds."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Give each policy the schema of its sides."""
        described = {policy: self._described(sides) for policy, sides in POLICIES.items()}
        return {**handler(schema), "properties": described}

    def _described(self, sides: Mapping[str, str]) -> JsonSchemaValue:
        if not sides:
            return {"type": "integer", "minimum": 0, "description": "seconds"}
        return {"enum": list(sides), "description": "; ".join(f"{side}: {means}" for side, means in sides.items())}


Policies = Annotated[
    Mapping[str, str],
    BeforeValidator(_sides, json_schema_input_type=dict[str, str | Annotated[int, Field(ge=0)]]),
    Names("a policy", tuple(POLICIES)),
    _DescribedSides(),
]
"""Policy -> side; seconds are kept as text."""
