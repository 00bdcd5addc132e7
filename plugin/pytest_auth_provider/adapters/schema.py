"""The JSON Schema of adapters, from the declarations that read them: editors complete keys and show mistakes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pytest_auth_provider.adapters.file_format import NOT_IN_FILE
from pytest_auth_provider.adapters.models import Adapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _InToml(GenerateJsonSchema):
    """Describe what is written in TOML, rather than the values that are made of it."""

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Let a value fit several ways of writing: an array of strings is both arguments and steps."""
        return self.get_union_of_schemas([self.generate_inner(choice) for choice in schema["choices"].values()])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out: some cannot be written in TOML."""
        return self.generate_inner(schema["schema"])

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """Describe each key by the docstring of its field."""
        table = super().dataclass_schema(schema)
        for key, description in field_docstrings(schema["cls"]):
            if key in table["properties"]:
                table["properties"][key]["description"] = description
        return table

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the same for every key
        """Leave out titles that only repeat the key."""
        return False


def field_docstrings(cls: type[object]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a dataclass that have a docstring, with that docstring.

    pydantic can do so by itself, but does it whenever an adapter is read, where nobody asks for descriptions.
    """
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    for field, below in pairwise(definition.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, text


def adapter_schema() -> JsonSchemaValue:
    """Return the schema of one adapter, with the tables it refers to in its `$defs`."""
    schema = TypeAdapter(Adapter).json_schema(schema_generator=_InToml)
    for name in NOT_IN_FILE:
        del schema["properties"][name]
    actions = schema["properties"]["run"]
    return {
        **schema,
        "properties": {**schema["properties"], "run": {**actions, "required": ["login"]}},
        "required": ["run"],
        "anyOf": [{"required": ["command"]}, {"required": ["entry"]}],
    }


def file_schema() -> JsonSchemaValue:
    """Return the schema of an `auth-provider.toml`; for `pyproject.toml`, of the table `tool.auth-provider`."""
    adapter = adapter_schema()
    tables = adapter.pop("$defs")
    clients = {"type": "object", "additionalProperties": {"$ref": "#/$defs/adapter"}}
    return {
        "$schema": DIALECT,
        "title": "auth-provider.toml",
        "description": "How pytest-auth-provider drives command-line clients.",
        "type": "object",
        "properties": {"clients": clients},
        "$defs": {"adapter": adapter, **tables},
    }
