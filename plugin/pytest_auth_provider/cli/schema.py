"""The JSON Schema of adapters, made from the tables that read them: editors complete keys and show mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_auth_provider.clients.adapter_table import ADAPTER_KEYS, STEP_KEYS, SWITCH_KEYS
from pytest_auth_provider.clients.kinds_table import FRAMINGS, KINDS, TIMES
from pytest_auth_provider.clients.surroundings_table import BROWSERS, METHODS, TARGETS
from pytest_auth_provider.clients.words import ACTIONS, POLICIES, SAYINGS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
STRING: Schema = {"type": "string"}
SECONDS: Schema = {"type": "number", "exclusiveMinimum": 0}
FLAG: Schema = {"type": "boolean"}
TABLE: Schema = {"type": "object"}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_or_more(items: Schema) -> Schema:
    return {"anyOf": [items, {"type": "array", "items": items, "minItems": 1}]}


def _table(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _named(names: Iterable[str], values: Schema) -> Schema:
    """A table whose keys are known, or begin with `x-`."""
    return {
        "type": "object",
        "properties": dict.fromkeys(names, values),
        "patternProperties": {"^x-.": values},
        "additionalProperties": False,
    }


def _fields(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


WORDS: Schema = {"anyOf": [STRING, _array(STRING)]}
STATUS: Schema = {"type": "integer", "minimum": 200, "maximum": 599}
EXIT_CODE: Schema = {"type": "integer", "minimum": 0, "maximum": 255}
MESSAGE = _fields({"method": TEXT, "params": {}, "notify": FLAG, "needs": _array(TEXT)}, ["method"])
AWAITED = _fields({"method": TEXT, "where": TABLE}, ["method"])
PHRASE: Schema = {
    "anyOf": [_one_or_more(TEXT), _fields(dict.fromkeys(("any", "stdout", "stderr", "unless"), _one_or_more(TEXT)))]
}
STUB = _fields(
    {
        "host": TEXT,
        "path": {"type": "string", "pattern": "^/"},
        "method": {"enum": list(METHODS)},
        "status": STATUS,
        "json": {},
    },
    ["host", "path"],
)
ROUTE: Schema = {
    "if": {"type": "object", "minProperties": 1, "propertyNames": {"enum": ["json", "status", "scope"]}},
    "then": _fields({"json": {}, "status": STATUS, "scope": TEXT}, ["json"]),
    "else": {"not": {"type": "object", "required": ["json"]}},
}
OF_STEP: Mapping[str, Schema] = {
    "args": WORDS,
    "stdin": STRING,
    "env": _table(STRING),
    "timeout": SECONDS,
    "exit": _one_or_more(EXIT_CODE),
    "send": _one_or_more(MESSAGE),
    "until": AWAITED,
}
STEP: Schema = {"anyOf": [WORDS, _fields(OF_STEP)]}
RUN = _named(ACTIONS, {"anyOf": [STEP, _array(STEP)]})
OF_SWITCH: Mapping[str, Schema] = {"env": _table(STRING), "run": RUN, "args": WORDS}
SIDE: Schema = {"anyOf": [STRING, {"type": "integer", "minimum": 0}]}
OF_ADAPTER: Mapping[str, Schema] = {
    "command": {"anyOf": [TEXT, {"type": "array", "items": STRING, "minItems": 1}]},
    "version": WORDS,
    "install": TEXT,
    "docs": TEXT,
    "dialect": TEXT,
    "timeout": SECONDS,
    "client_id": TEXT,
    "credentials": {"anyOf": [TEXT, _array(TEXT)]},
    "provider": TABLE,
    "api": {
        "type": "object",
        "patternProperties": {"^(GET|POST|PUT|PATCH|DELETE) /\\S*$": ROUTE},
        "additionalProperties": False,
    },
    "env": _table(STRING),
    "files": _table(STRING),
    "run": {**RUN, "required": ["login"]},
    "says": _named(SAYINGS, PHRASE),
    "policies": _named(POLICIES, SIDE),
    "switches": _named(POLICIES, _table(_fields(OF_SWITCH))),
    "exits": _named((*ACTIONS, *SAYINGS), _one_or_more(EXIT_CODE)),
    "deviations": _table(TEXT),
    "home": _fields({"prepare": WORDS, "keep": _array(TEXT), "reset": _array(TEXT)}),
    "browser": {"enum": list(BROWSERS)},
    "terminal": FLAG,
    "real_browser": FLAG,
    "ports": _array({"type": "integer", "minimum": 1, "maximum": 65535}),
    "allow_hosts": _array(TEXT),
    "airtight": FLAG,
    "hosts": _table({"enum": list(TARGETS)}),
    "stubs": _array(STUB),
    "kind": {"enum": list(KINDS)},
    "entry": {"type": "string", "pattern": "^[A-Za-z_][\\w.]*:[A-Za-z_][\\w.]*$"},
    "fresh": _array(TEXT),
    "stdio": _fields({"framing": {"enum": list(FRAMINGS)}, "args": WORDS, "start": _one_or_more(MESSAGE)}),
    "time": {"enum": list(TIMES)},
}


def adapter_schema() -> Schema:
    """One adapter. A key that is read and missing here fails a test of ours."""
    return {
        **_fields({key: OF_ADAPTER[key] for key in ADAPTER_KEYS}, ["run"]),
        "anyOf": [{"required": ["command"]}, {"required": ["entry"]}],
    }


def file_schema() -> Schema:
    """A whole `auth-provider.toml`. For `pyproject.toml` it is what stands below `tool.auth-provider`."""
    return {
        "$schema": DIALECT,
        "title": "auth-provider.toml",
        "description": "How pytest-auth-provider drives command-line clients.",
        "type": "object",
        "properties": {"clients": _table({"$ref": "#/$defs/adapter"})},
        "$defs": {"adapter": adapter_schema()},
    }


def lagging() -> dict[str, set[str]]:
    """Keys that are read and not described, or described and not read."""
    pairs = {"adapter": (ADAPTER_KEYS, OF_ADAPTER), "step": (STEP_KEYS, OF_STEP), "switch": (SWITCH_KEYS, OF_SWITCH)}
    return {name: set(read) ^ set(described) for name, (read, described) in pairs.items() if set(read) ^ set(described)}
