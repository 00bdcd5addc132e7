"""The knobs of a provider as models: their checks, and so their messages, are those of `Settings`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from fakeprovider.keys import ALGORITHMS, SECRET_ALGORITHMS
from fakeprovider.settings import CHECKS, Knobs

FIXED: Final = ("algorithm", "journal_limit", "seed")
"""Knobs that are set as a provider is made and cannot be turned afterwards."""


_BY_TYPE: Final[dict[Any, dict[str, Any]]] = {
    float: {"type": "number", "minimum": 0},
    int: {"type": "integer", "minimum": 1},
    bool: {"type": "boolean"},
}


def _schema(name: str, hint: Any) -> dict[str, Any]:
    if name == "algorithm":
        return {"type": "string", "enum": [*ALGORITHMS, *SECRET_ALGORITHMS]}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    return _BY_TYPE.get(hint, {})


def _types() -> dict[str, Any]:
    hints = get_type_hints(Knobs)
    return {
        name: Annotated[object, AfterValidator(partial(check, name)), WithJsonSchema(_schema(name, hints[name]))]
        for name, check in CHECKS.items()
    }


_SHOWN: Final[dict[str, Any]] = {name: (kind, ...) for name, kind in _types().items()}
_TURNED: Final[dict[str, Any]] = {name: (kind, Field(None)) for name, kind in _types().items() if name not in FIXED}

SettingsView: Final[type[BaseModel]] = create_model(
    "SettingsView", __doc__="All knobs; durations are seconds.", **_SHOWN
)

SettingsChange: Final[type[BaseModel]] = create_model(
    "SettingsChange",
    __doc__="Knobs to turn; those left out stay as they are.",
    __config__=ConfigDict(extra="forbid", allow_inf_nan=False),
    **_TURNED,
)
