"""Check settings against their annotations: the fields of a fault, the keywords of a provider.

A setting says what it accepts by its type alone, narrowed where needed: `status: Status`, `seconds: Seconds | None`.
What is accepted follows from the type, and so do the words of the error message and of the manual.
"""

from __future__ import annotations

import functools
import json
import math
import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from fakeprovider.errors import SettingError, choose


@dataclass(frozen=True)
class Range:
    """Accept numbers from `low` to `high`, both included."""

    low: float
    high: float = math.inf

    def accepts(self, value: Any) -> bool:
        """Return whether the number lies within."""
        return bool(self.low <= value <= self.high)

    def words(self, base: str) -> str:
        """Describe the range, as in `a whole number from 100 to 599`."""
        return f"{base} from {self.low:g} " + ("up" if self.high == math.inf else f"to {self.high:g}")


@dataclass(frozen=True)
class Json:
    """Accept values that can be served as JSON."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` can be written as JSON."""
        try:
            json.dumps(value)
        except (TypeError, ValueError, RecursionError):
            return False
        return True

    def words(self, _base: str) -> str:
        """Describe the accepted values for messages."""
        return "any JSON value"


@dataclass(frozen=True)
class Words:
    """Accept everything the type does, described by `text`, in which `{}` stands for the description so far."""

    text: str

    def accepts(self, _value: Any) -> bool:
        """Return True: nothing is narrowed."""
        return True

    def words(self, base: str) -> str:
        """Describe the accepted values in the words given."""
        return self.text.format(base)


@dataclass(frozen=True)
class OneOf:
    """Accept the texts in `choices`, as a Literal does, where the choices come from a list."""

    choices: tuple[str, ...]

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is one of the choices."""
        return value in self.choices

    def words(self, _base: str) -> str:
        """Name all choices."""
        return _either([repr(choice) for choice in self.choices])


@dataclass(frozen=True)
class HeaderText:
    """Accept what can stand in a header field (RFC 9110 5.5): characters of Latin-1, no line breaks, no NUL."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` can be sent as the value of a header field."""
        return all(letter <= "\xff" and letter not in "\r\n\0" for letter in value)

    def words(self, base: str) -> str:
        """Describe the accepted texts for messages."""
        return f"{base} that fits into a header (Latin-1, one line)"


Status = Annotated[int, Range(200, 599)]
Seconds = Annotated[float, Range(0)]
Count = Annotated[int, Range(0)]
Amount = Annotated[int, Range(1)]
HeaderValue = Annotated[str, HeaderText()]
JsonValue = Annotated[object, Json()]
Duration = Annotated[float, Range(0), Words("seconds as {}")]
Flag = Annotated[bool, Words("true or false")]
"""`Duration` and `Flag` are Seconds and bool in the words of the command line and of configuration files."""

_SETTINGS: Final[dict[type[Any], dict[str, Any]]] = {}


def check_settings(value: Any) -> None:
    """Raise `SettingError` for the first public field of a dataclass value that its annotation does not accept."""
    for name, hint in settings_of(type(value)).items():
        given = getattr(value, name)
        if not _accepts(hint, given):
            raise SettingError(f"{type(value).__name__}({name}={given!r}): {name} is expected to be {in_words(hint)}")


def check_value(what: str, hint: Any, value: Any) -> Any:
    """Return `value` if `hint` accepts it, as a float where numbers are asked for.

    Raises `SettingError`, which says `what` was given: with a suggestion where `hint` is a choice between texts.
    """
    choices = _choices(hint)
    if choices is not None:
        return choose(what, value, choices)
    if not _accepts(hint, value):
        raise SettingError(f"{what}: expected {in_words(hint)}, got {value!r}")
    return float(value) if _base_of(hint) is float else value


def settings_of(kind: type[Any]) -> dict[str, Any]:
    """Return the settings of a fault and the annotation of each, positional ones first, as its constructor takes them.

    A setting is a field that the constructor takes. The mapping is shared: do not change it.
    """
    if kind not in _SETTINGS:
        hints = get_type_hints(kind, include_extras=True)
        public = [field for field in fields(kind) if field.init]
        _SETTINGS[kind] = {field.name: hints[field.name] for field in sorted(public, key=lambda it: bool(it.kw_only))}
    return _SETTINGS[kind]


def default_of(kind: Any, name: str) -> Any:
    """Return the default of a setting, `dataclasses.MISSING` where it has to be given."""
    field = next(field for field in fields(kind) if field.name == name)
    return field.default if field.default_factory is MISSING else field.default_factory()


def in_words(hint: Any) -> str:
    """Describe what an annotation accepts, for messages and the manual, as in `a whole number from 1 up or None`."""
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


def _choices(hint: Any) -> tuple[str, ...] | None:
    """Return the texts that `hint` is a choice between, None where it is none."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    limits = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((limit.choices for limit in limits if isinstance(limit, OneOf)), None)


def _base_of(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


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
