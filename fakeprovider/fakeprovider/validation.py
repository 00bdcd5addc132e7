"""Settings: every field of a fault is checked against its annotation as the fault is made.

A field says what it accepts by its type alone, narrowed where needed: `status: Status`, `seconds: Seconds | None`.
"""

from __future__ import annotations

import functools
import json
import math
import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from fakeprovider.errors import SettingError


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float = math.inf

    def accepts(self, value: Any) -> bool:
        """Whether the number lies within."""
        return bool(self.low <= value <= self.high)

    def words(self, base: str) -> str:
        """As in `a whole number from 100 to 599`."""
        return f"{base} from {self.low:g} " + ("up" if self.high == math.inf else f"to {self.high:g}")


@dataclass(frozen=True)
class Json:
    """Whatever JSON can say."""

    def accepts(self, value: Any) -> bool:
        """Whether `value` can be served as JSON."""
        try:
            json.dumps(value)
        except (TypeError, ValueError, RecursionError):
            return False
        return True

    def words(self, base: str) -> str:
        """Says it."""
        return "any JSON value"


Status = Annotated[int, Range(200, 599)]
Seconds = Annotated[float, Range(0)]
Count = Annotated[int, Range(0)]
Amount = Annotated[int, Range(1)]
JsonValue = Annotated[object, Json()]

_SETTINGS: Final[dict[type[Any], dict[str, Any]]] = {}


def check_settings(value: Any) -> None:
    """Raise `SettingError` for the first public field of `value` that its annotation does not accept."""
    for name, hint in settings_of(type(value)).items():
        given = getattr(value, name)
        if not _accepts(hint, given):
            raise SettingError(f"{type(value).__name__}({name}={given!r}): {name} is expected to be {in_words(hint)}")


def settings_of(kind: type[Any]) -> dict[str, Any]:
    """The settings of a fault and what each one accepts; positional ones first, as its constructor takes them."""
    if kind not in _SETTINGS:
        hints = get_type_hints(kind, include_extras=True)
        public = [field for field in fields(kind) if field.init]
        _SETTINGS[kind] = {field.name: hints[field.name] for field in sorted(public, key=lambda it: bool(it.kw_only))}
    return _SETTINGS[kind]


def default_of(kind: Any, name: str) -> Any:
    """The default of a setting, `dataclasses.MISSING` where it has to be given."""
    field = next(field for field in fields(kind) if field.name == name)
    return field.default if field.default_factory is MISSING else field.default_factory()


def in_words(hint: Any) -> str:
    """What an annotation accepts, for messages and the manual."""
    if get_origin(hint) is Annotated:
        base, *limits = get_args(hint)
        return functools.reduce(lambda words, limit: str(limit.words(words)), limits, in_words(base))
    if get_origin(hint) is Literal:
        return _either([repr(choice) for choice in get_args(hint)])
    if _is_union(hint):
        return _either([in_words(choice) for choice in get_args(hint)])
    if _is_function(hint):
        return "a function"
    return _WORDS.get(get_origin(hint) or hint) or f"a {hint.__name__}"


def _accepts(hint: Any, value: Any) -> bool:
    if get_origin(hint) is Annotated:
        base, *limits = get_args(hint)
        return _accepts(base, value) and all(limit.accepts(value) for limit in limits)
    if get_origin(hint) is Literal:
        return any(value == choice and type(value) is type(choice) for choice in get_args(hint))
    if _is_union(hint):
        return any(_accepts(choice, value) for choice in get_args(hint))
    if _is_function(hint):
        return callable(value)
    return _is_instance(get_origin(hint) or hint, value)


def _is_instance(kind: Any, value: object) -> bool:
    if kind is Any:
        return True
    if isinstance(value, bool) and kind in (int, float):
        return False
    return isinstance(value, int | float if kind is float else kind)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _is_function(hint: Any) -> bool:
    return get_origin(hint) is Callable or hint is Callable


def _either(choices: list[str]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]] if len(choices) > 1 else choices)


_WORDS: Final[dict[Any, str]] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bytes: "bytes",
    bool: "True or False",
    object: "anything",
    type(None): "None",
    tuple: "a tuple",
    list: "a list",
    dict: "a mapping",
}
