"""The keys of an adapter that say what the world around its client is like: browser, terminal, ports and hosts."""

from __future__ import annotations

import re
from typing import Any

from pytest_auth_provider.clients.schema import Place, Reader, fields, flag, mapping, one_of

BROWSERS = ("shim", "printed", "none")
TARGETS = ("provider", "api", "stubs")
"""What an impersonated host can stand for."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


def host(place: Place, value: object) -> str:
    """The name of a host, nothing more."""
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise place.expected('the name of a host, such as "api.example.com", without scheme, port or path', value)
    return value.lower()


def _host_patterns(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise place.expected('an array of hosts, such as ["telemetry.example.com", "*.example.net"]', value)
    for pattern in value:
        host(place, pattern.replace("*", "x") if isinstance(pattern, str) else pattern)
    return tuple(value)


def _ports(place: Place, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(port) is int and 0 < port < 65536 for port in value):
        raise place.expected("an array of ports from 1 to 65535, such as [8090]", value)
    return tuple(value)


def _path(place: Place, value: object) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise place.expected('a path that starts with /, such as "/user" or "/repos/*"', value)
    return value


def status(place: Place, value: object) -> int:
    """A status of HTTP that ends a request."""
    if type(value) is not int or not 200 <= value <= 599:
        raise place.expected("a status from 200 to 599", value)
    return value


_STUB: dict[str, Reader] = {
    "host": host,
    "path": _path,
    "method": one_of(*METHODS),
    "status": status,
    "json": lambda _place, value: value,
}


def _stub(place: Place, value: object) -> dict[str, Any]:
    found = fields(place, value, _STUB, "a key of a stub")
    for name in ("host", "path"):
        if name not in found:
            raise (place / name).missing(f"say which {name} is answered for")
    return found


def _stubs(place: Place, value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise place.expected("an array of tables, each one written as [[stubs]]", value)
    return tuple(_stub(place / str(number), stub) for number, stub in enumerate(value))


SURROUNDINGS: dict[str, Reader] = {
    "browser": one_of(*BROWSERS),
    "terminal": flag,
    "real_browser": flag,
    "ports": _ports,
    "allow_hosts": _host_patterns,
    "airtight": flag,
    "hosts": mapping(one_of(*TARGETS), check=host),
    "stubs": _stubs,
}
"""Key -> how it is read."""
