"""Records as JSON and back. A session is written as its id, so that all its tokens mean the same one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, Generic, Protocol, TypeVar

from pydantic import TypeAdapter
from werkzeug.datastructures import MultiDict

from fakeprovider.protocol.authorization_request import AuthorizationRequest
from fakeprovider.state.store import Session

T = TypeVar("T")

_REQUESTS: Final = TypeAdapter(AuthorizationRequest)


class Sessions(Protocol):
    """Where sessions are found by their ids."""

    def get(self, key: str, /) -> Session | None:
        """Return the session of that id, None where it is gone."""


class Encoding(Protocol[T]):
    """How one kind of value is written."""

    def encode(self, value: T) -> str:
        """Return it as JSON."""

    def decode(self, text: str) -> T | None:
        """Return the value that `text` is, None for one that nothing is left of."""


class Plain(Generic[T]):
    """A value that JSON has itself."""

    def encode(self, value: T) -> str:
        """Return it as JSON."""
        return json.dumps(value)

    def decode(self, text: str) -> T | None:
        """Return what JSON says."""
        value: T = json.loads(text)
        return value


class OfDataclass(Generic[T]):
    """A record of `fakeprovider.state.store`, by its fields."""

    def __init__(self, kind: Callable[..., T], sessions: Sessions) -> None:
        self._kind = kind
        self._readers: Mapping[str, Callable[[Any], object]] = {
            "session": sessions.get,
            "parent": sessions.get,
            "audience": tuple,
            "request": _REQUESTS.validate_python,
            "parameters": lambda pairs: MultiDict(map(tuple, pairs)),
        }

    def encode(self, value: T) -> str:
        """Return the fields as a JSON object."""
        names = [field.name for field in fields(value)]  # type: ignore[arg-type]  # every kind is a dataclass
        return json.dumps({name: _written(getattr(value, name)) for name in names})

    def decode(self, text: str) -> T | None:
        """Return the record, None for a token whose session is gone."""
        members = json.loads(text)
        for name, read in self._readers.items():
            if members.get(name) is not None:
                members[name] = read(members[name])
                if members[name] is None and name == "session":
                    return None
        return self._kind(**members)


def _written(value: object) -> object:
    if isinstance(value, Session):
        return value.id
    if isinstance(value, MultiDict):
        return list(value.items(multi=True))
    if isinstance(value, AuthorizationRequest):
        return _REQUESTS.dump_python(value, mode="json")
    return value
