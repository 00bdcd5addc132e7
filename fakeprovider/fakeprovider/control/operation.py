"""One operation of the control API, and one request for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from fakeprovider.server import Connection, Request

if TYPE_CHECKING:
    from fakeprovider.control.controlled import ControlledProvider
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class Operation:
    """One line of the route table.

    `id` is the `operationId` of the OpenAPI document, which clients generated from it have as a function name, so it
    stays as it is; one without is for people at a browser and is left out of the document. `path` holds `{name}` for
    one segment. `serve` takes an `ApiRequest` and returns a model, a list of models, or an `Answer`; its docstring
    documents the operation. `answers` is the model of what is answered, or a media type for what is no JSON. `body`
    and `query` are the models of what is sent. `status` is the status of success, `errors` are further ones with their
    descriptions. `changes` is the subject that listeners of the event stream are told of, "" where nothing is changed.
    `local` says that it concerns one process, so that it is refused where several serve the provider.
    """

    id: str
    method: str
    path: str
    serve: Callable[[ApiRequest], object]
    answers: Any  # a pydantic model, a generic alias such as list[Model], dict, or a media type
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    errors: Mapping[int, str] = field(default_factory=dict)
    changes: str = ""
    local: bool = False

    @property
    def hidden(self) -> bool:
        """Whether the operation is for people at a browser, and left out of the OpenAPI document."""
        return not self.id

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path, split at its slashes."""
        return tuple(self.path.split("/"))

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the path's parameters if `path` is one of this operation, else None."""
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
class ApiRequest:
    """One request for an operation.

    `http` is the request as it came, `operations` the whole route table, `parameters` are the values of the path's
    parameters, `body` and `query` instances of the operation's models (None where it has none).
    """

    control: ControlledProvider
    http: Request
    operations: tuple[Operation, ...]
    parameters: Mapping[str, str]
    body: Any = None  # the operation's own model, which only the operation knows
    query: Any = None  # likewise

    @property
    def provider(self) -> Provider:
        """The provider that is controlled."""
        return self.control.provider

    @property
    def connection(self) -> Connection:
        """The connection of the request: whatever waits on it notices when the client hangs up."""
        return self.http.connection
