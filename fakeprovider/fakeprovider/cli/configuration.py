"""`provider.toml`: the keywords of `Provider`, and what it begins with.

dialect = "osa"
access_token_lifetime = 5
faults = ["token[refresh_token] : Reset() x1"]

[[users]]
name = "Grace Hopper"

[[clients]]
client_id = "cli"

[[issuers]]
path = "/realms/acme"
dialect = "keycloak"
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from fakeprovider.control.requests import NewClient, NewUser
from fakeprovider.control.validation import in_words
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.text import parse
from fakeprovider.hosts import check_origin, check_path, check_port
from fakeprovider.settings import CHECKS

Model = TypeVar("Model", bound=BaseModel)
Table = Mapping[str, Any]

OF_SOCKET: Final = {"host": str, "port": int, "tls": bool, "origin": str, "api_port": int}
OF_ISSUER: Final = {"dialect": str, "path": str, "trailing_slash": bool, "signing_key": str}
INSIDE: Final = ("faults", "users", "clients")
_MEANING: Final[dict[str, Callable[[Any], object]]] = {
    "dialect": find_dialect,
    "path": check_path,
    "origin": check_origin,
    "port": partial(check_port, "port"),
    "api_port": partial(check_port, "api_port"),
}
_KINDS: Final[dict[Any, str]] = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}


@dataclass
class Beginnings:
    """What one provider is made with (`arguments`), and what it holds as it begins to serve."""

    arguments: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    users: list[NewUser] = field(default_factory=list)
    clients: list[NewClient] = field(default_factory=list)


@dataclass
class Configuration:
    """The first provider, and those beside it."""

    first: Beginnings = field(default_factory=Beginnings)
    beside: list[Beginnings] = field(default_factory=list)


def read_configuration(path: str) -> Configuration:
    """The configuration in the file `path`; `SettingError` names the file and the key that means nothing."""
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}; give --config the name of a TOML file") from None
    except UnicodeDecodeError:
        raise SettingError(f"{path} is not TOML: it is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path} is not TOML: {error}") from None
    issuers = _tables(path, "issuers", table.pop("issuers", []))
    first = _Reader(path, "", Path(path).parent).read(table, {**OF_SOCKET, **OF_ISSUER})
    beside = []
    for number, issuer in enumerate(issuers, 1):
        reader = _Reader(path, f"issuers[{number}].", Path(path).parent)
        if "path" not in issuer:
            raise SettingError(f"{path}: issuers[{number}]: path is missing; every further issuer needs one of its own")
        beside.append(reader.read(issuer, {name: kind for name, kind in OF_ISSUER.items() if name != "signing_key"}))
    return Configuration(first, beside)


@dataclass(frozen=True)
class _Reader:
    """Reads one provider's table; `prefix` is where it stands in the file."""

    file: str
    prefix: str
    directory: Path

    def read(self, table: Table, arguments: Mapping[str, type]) -> Beginnings:
        begun = Beginnings()
        for key, value in table.items():
            place = f"{self.file}: {self.prefix}{key}"
            if key in CHECKS:
                begun.arguments[key] = located(place, lambda key=key, value=value: CHECKS[key](key, value))
            elif key in arguments:
                begun.arguments[key] = self._argument(place, key, value, arguments[key])
            elif key in INSIDE:
                self._fill(begun, key, place, value)
            else:
                located(place, lambda key=key: choose("key", key, [*CHECKS, *arguments, *INSIDE]))
        return begun

    def _argument(self, place: str, key: str, value: object, kind: type) -> object:
        checked = check_argument(place, key, _of_kind(place, value, kind))
        return str(self.directory / str(checked)) if key == "signing_key" else checked

    def _fill(self, begun: Beginnings, key: str, place: str, value: object) -> None:
        if key == "faults":
            for number, text in enumerate(_of_kind(place, value, list), 1):
                _of_kind(f"{place}[{number}]", text, str)
                located(f"{place}[{number}]", lambda text=text: parse(text))
                begun.faults.append(text)
            return
        tables = _tables(self.file, self.prefix + key, value)
        if key == "users":
            begun.users = [_model(f"{place}[{number}]", NewUser, one) for number, one in enumerate(tables, 1)]
        else:
            begun.clients = [_model(f"{place}[{number}]", NewClient, one) for number, one in enumerate(tables, 1)]


def check_argument(place: str, name: str, value: object) -> object:
    """`value` if it means something as this keyword of `Provider`, else a `SettingError` that begins with `place`."""
    if name in _MEANING:
        located(place, lambda: _MEANING[name](value))
    return value


def located(place: str, check: Any) -> Any:
    """What `check()` returns; its `SettingError` then begins with `place`."""
    try:
        return check()
    except SettingError as error:
        raise SettingError(f"{place}: {error}") from None


def _model(place: str, model: type[Model], table: Table) -> Model:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise SettingError(f"{place}.{in_words(model, error)[0]}") from None


def _tables(file: str, key: str, value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SettingError(f"{file}: {key}: expected tables, each begun by a line [[{key}]]; got {value!r}")
    return value


def _of_kind(place: str, value: object, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingError(f"{place}: expected {_KINDS[kind]}, got {value!r}")
    return value
