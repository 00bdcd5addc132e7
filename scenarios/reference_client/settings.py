"""What people set, and which of it counts: flag, then environment, then project link, then config file.

| setting      | flag                        | environment              | link | config file   |
|--------------|-----------------------------|--------------------------|------|---------------|
| issuer       | --issuer                    | AUTH_REFERENCE_ISSUER    | yes  | issuer        |
| client_id    | --client-id                 | AUTH_REFERENCE_CLIENT_ID |      | client_id     |
| api          | --api                       | AUTH_REFERENCE_API       |      | api           |
| profile      | --profile                   | AUTH_REFERENCE_PROFILE   |      | profile       |
| offline      | --offline                   | AUTH_REFERENCE_OFFLINE   |      | offline       |
| refresh      | --refresh                   | AUTH_REFERENCE_REFRESH   |      | refresh       |
| registration | --registration              | AUTH_REFERENCE_REGISTRATION |   | registration |
| timeout      | --timeout                   | AUTH_REFERENCE_TIMEOUT   |      | timeout       |
| cache_ttl    | --stack-token-cache-ttl     | AUTH_REFERENCE_CACHE_TTL |      | cache_ttl     |
| store        | --store                     | AUTH_REFERENCE_STORE     |      | store         |
| callback_port | --callback-port            | AUTH_REFERENCE_CALLBACK_PORT |  | callback_port |

The project link names an issuer and nothing else: a directory somebody else prepared must not decide where the tokens
of our own issuer are sent.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reference_client import places
from reference_client.errors import UsageError

BEST_EFFORT = "best-effort"
STRICT = "strict"
FILE = "file"
KEYRING = "keyring"
CONFIGURED = "configured"
DYNAMIC = "dynamic"

ALLOWED = "allowed"
NEVER = "never"

_ENVIRONMENT = {
    "issuer": "AUTH_REFERENCE_ISSUER",
    "client_id": "AUTH_REFERENCE_CLIENT_ID",
    "api": "AUTH_REFERENCE_API",
    "profile": "AUTH_REFERENCE_PROFILE",
    "offline": "AUTH_REFERENCE_OFFLINE",
    "refresh": "AUTH_REFERENCE_REFRESH",
    "registration": "AUTH_REFERENCE_REGISTRATION",
    "timeout": "AUTH_REFERENCE_TIMEOUT",
    "cache_ttl": "AUTH_REFERENCE_CACHE_TTL",
    "store": "AUTH_REFERENCE_STORE",
    "callback_port": "AUTH_REFERENCE_CALLBACK_PORT",
}


@dataclass(frozen=True)
class Settings:
    """What counts in this run. Times are seconds; `issuer` and `api` are None when nothing names them.

    The browser comes back to `callback_port`; 0 lets the system choose, which RFC 8252 7.3 has providers accept.
    """

    issuer: str | None = None
    client_id: str = "auth-reference"
    api: str | None = None
    profile: str = "default"
    offline: str = BEST_EFFORT
    refresh: str = ALLOWED
    registration: str = CONFIGURED
    timeout: float = 10.0
    cache_ttl: float = 300.0
    store: str = FILE
    callback_port: int = 0


def resolve(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Settle every setting, from the first source that has it (`Sources.IN_ORDER`).

    Raises:
        UsageError: A value makes no sense, or a file that was asked for one is damaged; says which.
    """
    sources = Sources(flags, environment)
    settled = {}
    for name in _ENVIRONMENT:
        found = sources.first(name)
        if found is not None:
            place, value = found
            settled[name] = _READ[name](place, value)
    return Settings(**settled)


class Sources:
    """Where settings come from. A file is read when the sources before it do not know the answer."""

    IN_ORDER = ("flag", "environment", "link", "config")

    def __init__(self, flags: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._flags = flags
        self._environment = environment

    def first(self, name: str) -> tuple[str, object] | None:
        """Return the place and the value of setting `name`, from the first source that has it."""
        for source in self.IN_ORDER:
            place, value = getattr(self, source)(name)
            if value is not None:
                return place, value
        return None

    def flag(self, name: str) -> tuple[str, object]:
        """What the command line says."""
        flag = "stack-token-cache-ttl" if name == "cache_ttl" else name.replace("_", "-")
        return f"--{flag}", self._flags.get(name)

    def environment(self, name: str) -> tuple[str, object]:
        """What the environment says; an empty variable says nothing."""
        variable = _ENVIRONMENT[name]
        return variable, self._environment.get(variable) or None

    def link(self, name: str) -> tuple[str, object]:
        """What the project link in the current directory says, about the issuer alone."""
        return places.LINK_NAME, self._link.get(name) if name == "issuer" else None

    def config(self, name: str) -> tuple[str, object]:
        """What the config file says."""
        return str(places.config_file()), self._config.get(name)

    @cached_property
    def _link(self) -> dict[str, Any]:
        return _document(places.link_file(), json.loads)

    @cached_property
    def _config(self) -> dict[str, Any]:
        return _document(places.config_file(), _toml)


def _document(path: Path, parse: Callable[[str], object]) -> dict[str, Any]:
    try:
        document = parse(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror})") from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UsageError(f"{path} is damaged: repair or remove it")
    return document


def _toml(text: str) -> object:
    import tomllib  # most people have no config file

    return tomllib.loads(text)


def _text(place: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise UsageError(f"{place}: expected text")
    return value


def _base_url(place: str, value: object) -> str:
    url = _text(place, value)
    if not is_safe_url(url):
        raise UsageError(f"{place}: expected an https URL (http is for this machine only), got {url!r}")
    return url


def _one_of(place: str, value: object, first: str, second: str) -> str:
    if value not in (first, second):
        raise UsageError(f"{place}: expected {first!r} or {second!r}, got {value!r}")
    return str(value)


def _seconds(place: str, value: object, smallest: float) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = math.nan
    if not smallest <= seconds <= 1e9:  # false for a NaN, too
        raise UsageError(f"{place}: expected seconds, from {smallest:g} up, got {value!r}")
    return seconds


def _port(place: str, value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and int(text) < 1 << 16):
        raise UsageError(f"{place}: expected a port, from 1 to 65535, or 0 for any, got {value!r}")
    return int(text)


def is_safe_url(url: str) -> bool:
    """Whether credentials may go to `url`: https, or http that does not leave this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises when it is not a number
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


_READ: dict[str, Callable[[str, object], Any]] = {
    "issuer": _base_url,
    "client_id": _text,
    "api": _base_url,
    "profile": _text,
    "offline": lambda place, value: _one_of(place, value, BEST_EFFORT, STRICT),
    "store": lambda place, value: _one_of(place, value, FILE, KEYRING),
    "registration": lambda place, value: _one_of(place, value, CONFIGURED, DYNAMIC),
    "refresh": lambda place, value: _one_of(place, value, ALLOWED, NEVER),
    "timeout": lambda place, value: _seconds(place, value, 0.1),
    "cache_ttl": lambda place, value: _seconds(place, value, 0),
    "callback_port": _port,
}
