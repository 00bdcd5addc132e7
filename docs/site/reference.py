"""Reference pages that are made from the code: settings of the provider, keys of an adapter, commands."""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from docs.site.markdown import prose, sentence
from fakeprovider.cli.command_line import CommandLine
from fakeprovider.settings import Settings
from pytest_auth_provider.adapters.schema import adapter_schema

COMMAND_LINES: Final = ("pytest_auth_provider.cli.main", "fakeprovider.cli.main")
"""The modules of our command lines, each with its `_COMMAND_LINE`."""
_IN_WORDS: Final[Mapping[object, str]] = {bool: "true or false", float: "seconds", int: "number", str: "text"}
_SETTINGS: Final = """\
# Settings of the provider

What can be said to a provider: as a keyword of `Provider(...)`, in `[clients.<name>.provider]` of an adapter, in
`@scenario(provider={...})`, as `--set NAME=VALUE` of `fakeprovider serve`, in its configuration file, and by
`PATCH /settings` of the [control API](serving.md). Durations are seconds.

| setting | type | default | what it says |
|---|---|---|---|"""
_KEYS: Final = """\
# Keys of an adapter, with their types

What `auth-provider schema` prints as JSON Schema, as a page. What each key is for is in
[the reference](reference.md#adapter-keys).
"""


def settings_page() -> tuple[str, str]:
    """Return the path below docs/ and the Markdown of the settings of a provider."""
    rows = [
        f"| `{name}` | {kind} | `{json.dumps(default)}` | {prose(documentation)} |"
        for name, kind, default, documentation in _settings()
    ]
    return "settings.md", "\n".join([_SETTINGS, *rows, ""])


def keys_page() -> tuple[str, str]:
    """Return the path below docs/ and the Markdown of the keys of an adapter and of the tables in it."""
    schema = adapter_schema()
    tables = {"": schema, **schema.get("$defs", {})}
    sections = [line for name, table in tables.items() if "properties" in table for line in _table(name, table)]
    return "adapter-keys.md", "\n".join([_KEYS, *sections])


def commands_page() -> tuple[str, str]:
    """Return the path below docs/ and the Markdown of the commands and their options, as `--help` has them."""
    lines = ["# Commands", "", "The options of pytest are in [the reference](reference.md#options).", ""]
    for command_line, parsers in command_lines().items():
        lines += [f"## `{command_line}`", ""]
        for name, parser in parsers.items():
            lines += [
                f"### `{command_line} {name}`",
                "",
                prose(sentence(parser.description or "")),
                "",
                *_options(parser),
                "",
            ]
    return "commands.md", "\n".join(lines)


def command_lines() -> dict[str, dict[str, argparse.ArgumentParser]]:
    """Return the parser of every command, by command line and command."""
    found = {}
    for module in COMMAND_LINES:
        command_line: CommandLine = importlib.import_module(module)._COMMAND_LINE
        parsers = {}
        for command in command_line.commands:
            parser = argparse.ArgumentParser(f"{command_line.program} {command.name}", description=f"{command.help}.")
            command.add_options(parser)
            parsers[command.name] = parser
        found[command_line.program] = parsers
    return found


def _settings() -> Iterator[tuple[str, str, object, str]]:
    """Yield name, type in words, default and docstring of each setting."""
    [definition] = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(definition, ast.ClassDef)
    types = get_type_hints(Settings)
    for field, below in pairwise(definition.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(documentation))):
                yield name, _type(types[name]), getattr(Settings, name), documentation
            case ast.AnnAssign(target=ast.Name(id=name)), _:
                yield name, _type(types[name]), getattr(Settings, name), ""


def _type(hint: object) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(hint))
    return _IN_WORDS.get(hint, "any JSON value")


def _table(name: str, table: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {f'`{name}`' if name else 'A client'}\n"
    if name and table.get("description"):
        yield f"{prose(table['description'])}\n"
    yield "| key | type | what it says |\n|---|---|---|"
    for key, described in table["properties"].items():
        yield f"| `{key}` | {_shape(described)} | {prose(described.get('description', ''))} |"


def _shape(described: dict[str, Any]) -> str:
    """Return the types a schema allows, in words."""
    if "$ref" in described:
        return f"`{described['$ref'].rpartition('/')[2]}`"
    for several in ("anyOf", "oneOf"):
        if several in described:
            return " or ".join(dict.fromkeys(_shape(one) for one in described[several]))
    if "enum" in described:
        return ", ".join(f"`{value}`" for value in described["enum"])
    if "const" in described:
        return f"`{described['const']}`"
    if described.get("type") == "array":
        items = described.get("items") or {}
        return f"array of {_shape(items)}" if items else "array"
    return str(described.get("type", "any value"))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    options = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    if not options:
        yield "It has no options."
        return
    yield "| option | what it does |\n|---|---|"
    for action in options:
        metavar = f" {action.metavar or action.dest.upper()}" if action.nargs != 0 and action.option_strings else ""
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest).upper()
        yield f"| `{name}{metavar}` | {prose((action.help or '').replace('%%', '%'))} |"
