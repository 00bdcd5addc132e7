"""Messages about an adapter file: which file, which dotted key, what was expected, what is there.

Validators raise `expected(...)` and `complaint(...)`, which pydantic collects together with the place of the value.
`adapter_error` turns the first of them into the one `AdapterError` that is shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from pytest_auth_provider.adapters.vocabulary import unknown
from pytest_auth_provider.errors import AdapterError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_VALUE = 60  # characters

DEEPEST = 50
"""Tables and arrays within each other that an adapter may have."""

COMPLAINT = "complaint"
"""Type of a pydantic error whose message is the whole complaint."""

EXPECTED = "expected"
"""Type of a pydantic error whose message describes the accepted values; what arrived is the input of the error."""

MISSING = "missing"
"""Type of pydantic's own error for a required key that is absent; what is there and wrong is said before it."""

TAGS = frozenset({"<one>", "<several>", "<table>", "<plain>"})
"""Names for the ways to write a value that pydantic adds to its location; they are no keys of the file."""


@dataclass(frozen=True)
class Place:
    """Where a value stands: the file, and the dotted key as TOML writes it."""

    file: str
    key: str = ""

    def __truediv__(self, name: str) -> Place:
        part = name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        return Place(self.file, f"{self.key}.{part}" if self.key else part)

    def __str__(self) -> str:
        return f"{self.file}: {self.key}" if self.key else self.file


def check_texts(place: Place, value: object) -> None:
    """Refuse a value in which a text holds a NUL, or which is nested more than `DEEPEST` tables and arrays deep.

    No argument, variable or path can hold a NUL. Raises `AdapterError`.
    """
    waiting: list[tuple[Place, object, int]] = [(place, value, 0)]
    while waiting:
        where, found, depth = waiting.pop()
        if depth > DEEPEST:
            raise AdapterError(f"{place}: tables and arrays are nested more than {DEEPEST} deep; expected fewer")
        if isinstance(found, str) and "\0" in found:
            raise AdapterError(f"{where}: expected a text without a NUL character; got {shown(found)}")
        if isinstance(found, dict):
            if odd := next((key for key in found if "\0" in key), None):
                raise AdapterError(f"{where}: expected keys without a NUL character; got {shown(odd)}")
            waiting += [(where / key, entry, depth + 1) for key, entry in reversed(found.items())]
        elif isinstance(found, list):
            waiting += [(where, entry, depth + 1) for entry in reversed(found)]


def complaint(text: str, *keys: str) -> PydanticCustomError:
    """Return the error to raise for a value that is wrong for the reason `text`.

    `keys` lead from the value that is validated to the part of it that is wrong.
    """
    return PydanticCustomError(COMPLAINT, "{text}", {"text": text, "keys": keys})


def expected(what: str, value: object, *keys: str) -> PydanticCustomError:
    """Return the error to raise for a `value` that is not `what`."""
    return complaint(f"expected {what}; got {shown(value)}", *keys)


def missing(what: str, *keys: str) -> PydanticCustomError:
    """Return the error to raise where a required key is absent; `what` tells what to write there."""
    return complaint(f"missing; {what}", *keys)


def lacking(error: ValidationError) -> str:
    """Return the required key that a table lacks, where nothing else is wrong with it; otherwise an empty string."""
    found = error.errors(include_url=False)
    only = all(detail["type"] == MISSING and len(detail["loc"]) == 1 for detail in found)
    return str(found[0]["loc"][0]) if only else ""


def unknown_name(what: str, name: str, accepted: tuple[str, ...], *keys: str) -> PydanticCustomError:
    """Return the error to raise for a `name` that is not among the `accepted` ones."""
    return complaint(unknown(what, name, accepted), *keys)


def adapter_error(place: Place, error: ValidationError) -> AdapterError:
    """Return the first complaint of `error` as the message that is shown, for a value that stands at `place`."""
    found = error.errors(include_url=False)
    first = next((detail for detail in found if detail["type"] != MISSING), found[0])
    location = [str(part) for part in first["loc"] if part not in TAGS]
    if location[-1:] == ["[key]"]:  # so pydantic names a key, as opposed to its value
        location.pop()
    for key in (*location, *first.get("ctx", {}).get("keys", ())):
        place /= key
    if first["type"] == EXPECTED:
        return AdapterError(f"{place}: expected {first['msg']}; got {shown(first['input'])}")
    return AdapterError(f"{place}: {first['msg']}")


def shown(value: object) -> str:
    """Return a TOML value and its kind on one short line, as in `"30" (a string)`."""
    kinds = {bool: "a boolean", str: "a string", int: "an integer", float: "a float", list: "an array", dict: "a table"}
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > _LONGEST_VALUE:
        text = text[: _LONGEST_VALUE - 3] + "..."
    return f"{text} ({kinds.get(type(value), 'a date or time')})"
