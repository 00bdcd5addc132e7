"""The settings of a provider as models: their checks, and so their messages, are those of `fakeprovider.settings`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from fakeprovider.settings import CHECKS, Knobs
from fakeprovider.vocabulary import ALGORITHMS, SECRET_ALGORITHMS

FIXED: Final = ("algorithm", "journal_limit", "seed")
"""Settings that are fixed once the provider is made."""

_SCHEMAS: Final[dict[Any, dict[str, Any]]] = {
    float: {"type": "number", "minimum": 0},
    int: {"type": "integer", "minimum": 1},
    bool: {"type": "boolean"},
}


def _schema(name: str, hint: Any) -> dict[str, Any]:
    if name == "algorithm":
        return {"type": "string", "enum": [*ALGORITHMS, *SECRET_ALGORITHMS]}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    return _SCHEMAS.get(hint, {})


def _types() -> dict[str, Any]:
    hints = get_type_hints(Knobs)
    return {
        name: Annotated[object, AfterValidator(partial(check, name)), WithJsonSchema(_schema(name, hints[name]))]
        for name, check in CHECKS.items()
    }


_SHOWN: Final[dict[str, Any]] = {name: (kind, ...) for name, kind in _types().items()}
_CHANGED: Final[dict[str, Any]] = {name: (kind, Field(None)) for name, kind in _types().items() if name not in FIXED}

SettingsView: Final[type[BaseModel]] = create_model(
    "SettingsView", __doc__="Every setting; durations are seconds.", **_SHOWN
)

SettingsChange: Final[type[BaseModel]] = create_model(
    "SettingsChange",
    __doc__="Settings to change; those left out stay as they are.",
    __config__=ConfigDict(extra="forbid", allow_inf_nan=False),
    **_CHANGED,
)
