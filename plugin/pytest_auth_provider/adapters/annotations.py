"""Our own words beside pydantic's, for `Annotated`: they give a type the complaint a person can act on.

Expected("seconds, a number greater than 0")    how every mistake in the value is described
OneOf("shim", "printed")                        one of these strings
Names("an action", ACTIONS)                     a table whose keys are from a list, or begin with `x-`
Table("a key of a step")                        a table with the fields of a dataclass as its keys
ReadAs(Template)                                read as this type, whatever the field is declared with
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.complaints import EXPECTED, expected, lacking, missing, unknown_name
from pytest_auth_provider.adapters.vocabulary import own_name

IN_TOML = ConfigDict(extra="forbid")
"""The configuration of a dataclass that is read from a table."""


@dataclass(frozen=True)
class Expected:
    """Describe every mistake in a value by what was expected instead."""

    what: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the type, with one error in place of pydantic's own."""
        return core_schema.custom_error_schema(
            handler(source), custom_error_type=EXPECTED, custom_error_message=self.what
        )


class ReadAs:
    """Read a field as another type than the one it is declared with, which is the one Python code sees."""

    def __init__(self, written: object) -> None:
        self._written = written

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the other type."""
        return handler.generate_schema(self._written)


class OneOf:
    """Accept one of some strings."""

    def __init__(self, *accepted: str) -> None:
        self._accepted = accepted

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the strings and nothing else."""
        return core_schema.custom_error_schema(
            core_schema.literal_schema(list(self._accepted)),
            custom_error_type=EXPECTED,
            custom_error_message=" or ".join(f'"{one}"' for one in self._accepted),
        )


@dataclass(frozen=True)
class Names:
    """Accept a table; where names are `known`, its keys are among them or begin with `x-`.

    `what` describes a key in the complaint about one that is not: "an action".
    """

    what: str = ""
    known: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the keys before any value."""
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """List the known keys, so that editors can complete them."""
        described = handler(schema)
        if not self.known:
            return described
        values = described.get("additionalProperties", True)
        return {
            **described,
            "properties": dict.fromkeys(self.known, values),
            "patternProperties": {"^x-.": values},
            "additionalProperties": False,
        }

    def _check(self, value: object) -> dict[str, object]:
        found = a_table(value)
        for name in found:
            if self.known and name not in self.known and not own_name(name):
                raise unknown_name(self.what, name, (*self.known, "x-..."), name)
        return found


class Table:
    """Accept a table whose keys are the fields of a dataclass.

    `what` describes a key in the complaint about an unknown one: "a key of a step". The keyword arguments tell for
    each required key what to write where it is missing.
    """

    def __init__(self, what: str, **required: str) -> None:
        self._what = what
        self._required = required

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the keys before any value, and complain about a missing key after all values."""
        keys = tuple(field.name for field in fields(source))

        def read(value: object, make: ValidatorFunctionWrapHandler) -> object:
            found = a_table(value)
            known_keys(self._what, found, keys)
            try:
                return make(found)
            except ValidationError as error:
                if key := lacking(error):
                    raise missing(self._required[key], key) from None
                raise

        return core_schema.no_info_wrap_validator_function(read, handler(source))


def a_table(value: object) -> dict[str, object]:
    """Return `value`, which has to be a table."""
    if not isinstance(value, dict):
        raise expected("a table", value)
    return value


def known_keys(what: str, table: Iterable[str], accepted: tuple[str, ...]) -> None:
    """Complain about the first key of `table` that is not among the `accepted` ones."""
    for name in table:
        if name not in accepted:
            raise unknown_name(what, name, accepted, name)
