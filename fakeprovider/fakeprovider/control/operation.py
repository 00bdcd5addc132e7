"""One operation of the control API, and one request for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from fakeprovider.provider import Provider
from fakeprovider.server import Connection
from fakeprovider.server.request import Request

if TYPE_CHECKING:
    from fakeprovider.control.control import Control


@dataclass(frozen=True)
class Operation:
    """One line of the route table.

    `path` holds `{name}` for one segment. `serve` gets an `Ask` and returns a model, a list of models, or an `Answer`;
    its docstring documents the operation. `body` and `query` are the models of what is sent. `gives` is the model of
    what is answered, or a media type for what is no JSON; `also` are further statuses it may answer. `changes` is the
    subject that listeners of the event stream are told of, "" for an operation that changes nothing.
    """

    method: str
    path: str
    serve: Callable[[Ask], object]
    gives: Any
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    also: Mapping[int, str] = field(default_factory=dict)
    changes: str = ""
    hidden: bool = False
    """Whether it is for people at a browser, and has no place in the OpenAPI document."""

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path in pieces."""
        return tuple(self.path.split("/"))

    def match(self, path: str) -> dict[str, str] | None:
        """The values of the path's parameters if `path` is one of this operation, else None."""
        given = path.split("/")
        if len(given) != len(self.segments):
            return None
        values = {}
        for wanted, value in zip(self.segments, given, strict=True):
            if wanted.startswith("{"):
                values[wanted[1:-1]] = value
            elif wanted != value:
                return None
        return values if all(values.values()) else None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path's parameters."""
        return tuple(segment[1:-1] for segment in self.segments if segment.startswith("{"))


@dataclass(frozen=True)
class Ask:
    """One request for an operation: its path parameters, and its body and query as the operation's models."""

    control: Control
    request: Request
    values: Mapping[str, str]
    body: Any = None
    query: Any = None

    @property
    def provider(self) -> Provider:
        """The provider that is controlled."""
        return self.control.provider

    @property
    def connection(self) -> Connection:
        """Where the request came from: whatever waits on it notices when the client hangs up."""
        return self.request.connection


class Rejection(Exception):  # noqa: N818 - an answer, not a fault of ours
    """An answer that says no: `status`, the words, and for each field that is to blame what is wrong with it."""

    def __init__(
        self,
        status: int,
        message: str,
        fields: Mapping[str, str] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = dict(fields or {})
        self.headers = headers
