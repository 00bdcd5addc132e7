"""`provider.toml`: the keywords of `Provider`, and the faults, accounts and clients it begins with.

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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from fakeprovider.control.errors import explain
from fakeprovider.control.requests import NewClient, NewUser
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.text import parse
from fakeprovider.hosts import check_connection_limit, check_origin, check_path, check_port
from fakeprovider.redis_state import check_state
from fakeprovider.settings import CHECKS

Model = TypeVar("Model", bound=BaseModel)
Table = Mapping[str, Any]

SOCKET_ARGUMENTS: Final = {
    "host": str,
    "port": int,
    "tls": bool,
    "ca_file": str,
    "origin": str,
    "api_port": int,
    "connection_limit": int,
    "state": str,
}
"""Keywords of `Provider` that the first issuer has for all, with their types."""
ISSUER_ARGUMENTS: Final = {"dialect": str, "path": str, "trailing_slash": bool, "signing_key": str}
"""Keywords of `Provider` that every issuer may have, with their types; `signing_key` only the first."""
_FILES: Final = ("signing_key", "ca_file")
"""The keywords that name a file: in a configuration file one relative to it."""
_CONTENTS: Final = ("faults", "users", "clients")
_ARGUMENT_CHECKS: Final[dict[str, Callable[[Any], object]]] = {
    "dialect": find_dialect,
    "path": check_path,
    "origin": check_origin,
    "state": check_state,
    "port": partial(check_port, "port"),
    "api_port": partial(check_port, "api_port"),
    "connection_limit": check_connection_limit,
}
_KINDS: Final[dict[Any, str]] = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}


@dataclass
class IssuerConfig:
    """The keywords that one provider is made with (`arguments`), and what it holds as it begins to serve."""

    arguments: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    users: list[NewUser] = field(default_factory=list)
    clients: list[NewClient] = field(default_factory=list)


@dataclass
class Configuration:
    """The first provider, which has the socket, and those behind the same socket."""

    first: IssuerConfig = field(default_factory=IssuerConfig)
    beside: list[IssuerConfig] = field(default_factory=list)

    @property
    def issuers(self) -> list[IssuerConfig]:
        """All of them, the first one first."""
        return [self.first, *self.beside]


def read_configuration(path: str) -> Configuration:
    """Read the file `path`. Raises `SettingError`, which names the file and the key that is not accepted."""
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}; give --config the name of a TOML file") from None
    except UnicodeDecodeError:
        raise SettingError(f"{path} is not TOML: it is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path} is not TOML: {error}") from None
    issuers = _tables(path, "issuers", table.pop("issuers", []))
    first = _Reader(path, "", Path(path).parent).read(table, {**SOCKET_ARGUMENTS, **ISSUER_ARGUMENTS})
    beside = []
    for number, issuer in enumerate(issuers, 1):
        reader = _Reader(path, f"issuers[{number}].", Path(path).parent)
        if "path" not in issuer:
            raise SettingError(f"{path}: issuers[{number}]: path is missing; every further issuer needs one of its own")
        beside.append(
            reader.read(issuer, {name: kind for name, kind in ISSUER_ARGUMENTS.items() if name != "signing_key"})
        )
    return Configuration(first, beside)


@dataclass(frozen=True)
class _Reader:
    """Read the table of one provider; `prefix` is where it stands in the file, as in `issuers[2].`."""

    file: str
    prefix: str
    directory: Path

    def read(self, table: Table, arguments: Mapping[str, type]) -> IssuerConfig:
        config = IssuerConfig()
        for key, value in table.items():
            place = f"{self.file}: {self.prefix}{key}"
            if key in CHECKS:
                with located(place):
                    config.arguments[key] = CHECKS[key](key, value)
            elif key in arguments:
                config.arguments[key] = self._argument(place, key, value, arguments[key])
            elif key in _CONTENTS:
                self._fill(config, key, place, value)
            else:
                with located(place):
                    choose("key", key, [*CHECKS, *arguments, *_CONTENTS])
        return config

    def _argument(self, place: str, key: str, value: object, kind: type) -> object:
        checked = check_argument(place, key, _of_kind(place, value, kind))
        return str(self.directory / str(checked)) if key in _FILES else checked

    def _fill(self, config: IssuerConfig, key: str, place: str, value: object) -> None:
        if key == "faults":
            for number, text in enumerate(_of_kind(place, value, list), 1):
                _of_kind(f"{place}[{number}]", text, str)
                with located(f"{place}[{number}]"):
                    parse(text)
                config.faults.append(text)
            return
        tables = _tables(self.file, self.prefix + key, value)
        if key == "users":
            config.users = [_model(f"{place}[{number}]", NewUser, one) for number, one in enumerate(tables, 1)]
        else:
            config.clients = [_model(f"{place}[{number}]", NewClient, one) for number, one in enumerate(tables, 1)]


def check_argument(place: str, name: str, value: object) -> object:
    """Return `value` if this keyword of `Provider` accepts it, else raise a `SettingError` that begins with `place`."""
    if name in _ARGUMENT_CHECKS:
        with located(place):
            _ARGUMENT_CHECKS[name](value)
    return value


@contextmanager
def located(place: str) -> Iterator[None]:
    """Prefix the message of a `SettingError` that is raised in the block with `place`."""
    try:
        yield
    except SettingError as error:
        raise SettingError(f"{place}: {error}") from None


def _model(place: str, model: type[Model], table: Table) -> Model:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise SettingError(f"{place}.{explain(model, error)[0]}") from None


def _tables(file: str, key: str, value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SettingError(f"{file}: {key}: expected tables, each config by a line [[{key}]]; got {value!r}")
    return value


def _of_kind(place: str, value: object, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingError(f"{place}: expected {_KINDS[kind]}, got {value!r}")
    return value
