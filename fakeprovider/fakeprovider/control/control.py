"""The control API of one provider: from a request to an operation and back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from fakeprovider.context import READ
from fakeprovider.control.controlled import ControlledProvider
from fakeprovider.control.errors import ApiError, read_body, read_query
from fakeprovider.control.operation import ApiRequest, Operation
from fakeprovider.control.responses import Problem
from fakeprovider.control.routes import OPERATIONS
from fakeprovider.control.security import authorize, host_name
from fakeprovider.errors import SettingError
from fakeprovider.hosts import CONTROL
from fakeprovider.server import Request
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.hosts import VirtualHosts
    from fakeprovider.provider import Provider


class Control(ControlledProvider):
    """Answer everything below `/_control` for one provider; none of it is in the provider's journal.

    Constructing it registers it with `front`, the origin that passes those requests on.
    """

    def __init__(self, provider: Provider, front: VirtualHosts) -> None:
        super().__init__(provider, front)
        front.controls[provider.path] = self

    def handle(self, request: Request) -> Answer:
        """Answer one request; errors of the operation become JSON with `error` and `fields`."""
        answer = self._answer(request)
        answer.set_header("X-Content-Type-Options", "nosniff")  # a browser may read it, and must not guess what it is
        return answer

    def _answer(self, request: Request) -> Answer:
        try:
            authorize(request, self.token, (self.front.server.host, host_name(self.front.known_as)))
            return self._serve(request)
        except ApiError as error:
            return _error_answer(error)
        except SettingError as error:
            return _error_answer(ApiError(422, str(error)))

    def _serve(self, request: Request) -> Answer:
        self.begin()
        self.provider.backend.refresh()
        path = request.path.partition(CONTROL)[2] or "/"
        operation, parameters = _find(path, request.method)
        body = read_body(operation.body, request) if operation.body else None
        query = read_query(operation.query, request) if operation.query else None
        result = self._carry_out(operation, ApiRequest(self, request, OPERATIONS, parameters, body, query))
        if operation.changes:
            self.announce(operation.changes)
        return result if isinstance(result, Answer) else _json_answer(result, operation.status)

    def _carry_out(self, operation: Operation, request: ApiRequest) -> object:
        """Carry out an operation; where other processes share the state, one that changes anything is one turn."""
        shared = self.provider.backend.shared
        if shared and operation.local:
            raise ApiError(
                501,
                f"{operation.method} {operation.path} would concern one process alone, and several serve this "
                "provider; GET /journal and GET /journal/wait tell what arrives at any of them",
            )
        with self.provider.backend.turn if shared and request.http.method not in READ else nullcontext():
            return operation.serve(request)


def _find(path: str, method: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation at `path` and the values of its path parameters; raise `ApiError` (404, 405) for none."""
    here = [(operation, values) for operation in OPERATIONS if (values := operation.match(path)) is not None]
    if not here:
        paths = ", ".join(dict.fromkeys(operation.path for operation in OPERATIONS))
        raise ApiError(404, f"nothing is at {path!r} of the control API; there are {paths}")
    # A path that is spelled out comes before one with a parameter, in the table as here.
    spelled = [found for found in here if found[0].path == path] or here
    for operation, values in spelled:
        if operation.method == ("GET" if method == "HEAD" else method):
            return operation, values
    accepted = ", ".join(operation.method for operation, _ in spelled)
    raise ApiError(405, f"{path} takes {accepted}; {method} arrived", headers=(("Allow", accepted),))


def _json_answer(result: object, status: int) -> Answer:
    value = TypeAdapter(list[BaseModel] if isinstance(result, list) else BaseModel)
    body = value.dump_json(result, serialize_as_any=True)  # type: ignore[arg-type]  # an operation returns models
    return Answer.of_json(body, status)


def _error_answer(error: ApiError) -> Answer:
    answer = _json_answer(Problem(error=error.message, fields=error.fields), error.status)
    answer.headers += error.headers
    return answer
