"""`RedisBackend`: the state of one provider in a Redis database, under keys of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fakeprovider.errors import SettingError
from fakeprovider.journal.journal import Journal
from fakeprovider.redis_state.encoding import Plain
from fakeprovider.redis_state.journal import RedisJournal
from fakeprovider.redis_state.parts import Parts
from fakeprovider.redis_state.records import Records
from fakeprovider.redis_state.store import RedisStore
from fakeprovider.redis_state.turn import LEASE, Turn
from fakeprovider.state.backend import Part
from fakeprovider.state.store import Store

if TYPE_CHECKING:
    from redis import Redis

_SCHEMES = ("redis", "rediss", "unix")
PATIENCE: Final = 3 * LEASE
"""Seconds that Redis may take for one answer; the five of its client are over soon on a machine that is busy."""


class StateUnavailableError(OSError):
    """The database that a provider keeps its state in does not answer."""


class RedisBackend:
    """State in the Redis database `url`, below a prefix made of `path`, the path of the issuer.

    All providers that name the same database and path are one provider. `dialect` is compared with that of the others.
    Raises `SettingError` where the package `redis` is missing, `StateUnavailableError` where nobody answers at `url`.
    """

    shared = True

    def __init__(self, url: str, path: str, dialect: str) -> None:
        self._redis = _connect(check_state(url))
        # In braces, so that a cluster keeps all of it on one node, as scripts need it.
        self._prefix = f"{{fakeprovider:{path or '/'}}}:"
        self._who = json.dumps({"dialect": dialect, "path": path})
        self.turn = Turn(self._redis, self._prefix)
        self._parts = Parts(self._redis, self.turn, self._prefix)

    def store(self) -> Store:
        """Return the records of sign-ins, as all processes know them."""
        return RedisStore(self._redis, self.turn, self._prefix)

    def secrets(self) -> MutableMapping[str, str]:
        """Return the kinds of all secrets by their values."""
        return Records(self._redis, self.turn, f"{self._prefix}secrets", Plain[str]())

    def journal(self, limit: int, most_bytes: int, endpoints: tuple[str, ...], grants: tuple[str, ...]) -> Journal:
        """Return the journal of all processes."""
        return RedisJournal(self._redis, self._prefix, limit, most_bytes, endpoints, grants)

    def join(self, parts: Mapping[str, Part]) -> None:
        """Take over the parts that others have, or begin with these. Raises `SettingError`, see `Parts.join`."""
        self._parts.join(parts, self._who)

    def refresh(self) -> None:
        """Read again what other processes have changed."""
        self._parts.refresh()

    def close(self) -> None:
        """Close the connections; a request after this opens one again."""
        self._redis.close()


def check_state(url: object) -> str:
    """Return the address of a Redis database; raise `SettingError` for what is none."""
    if not isinstance(url, str) or urlsplit(url).scheme not in _SCHEMES:
        raise SettingError(
            f"provider setting 'state': expected the address of a Redis database, as in 'redis://localhost:6379/0', "
            f"or '' for state in this process, got {url!r}"
        )
    return url


def _connect(url: str) -> Redis:
    try:
        import redis
    except ImportError:
        raise SettingError(
            "provider setting 'state': the package redis is missing; "
            "install it with: python -m pip install 'pytest-auth-provider[redis]'"
        ) from None
    try:
        client = redis.Redis.from_url(url, decode_responses=True, socket_timeout=PATIENCE)
        client.ping()
    except ValueError as error:
        raise SettingError(f"provider setting 'state': {url!r} is no address of a Redis database: {error}") from None
    except redis.RedisError as error:
        raise StateUnavailableError(f"the state at {_without_password(url)} cannot be reached: {error}") from None
    return client


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
