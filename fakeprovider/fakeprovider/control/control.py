"""The control API of one provider: from a request to an operation and back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from fakeprovider.control.fault_registry import Armory
from fakeprovider.control.operation import Ask, Operation, Rejection
from fakeprovider.control.responses import Problem
from fakeprovider.control.routes import OPERATIONS
from fakeprovider.control.security import Guard, host_name
from fakeprovider.control.snapshot import Beginning
from fakeprovider.control.validation import read_body, read_query
from fakeprovider.errors import SettingError
from fakeprovider.hosts import CONTROL, VirtualHosts
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Request

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


READING = ("GET", "HEAD")


class Control:
    """Answers everything below `/_control` for one provider; none of it is in the provider's journal.

    `token` is what clients have to present, "" where only this machine can reach the socket. `armory` holds the faults
    that were armed here, `changed` is called with the subject of every change.
    """

    def __init__(self, provider: Provider, front: VirtualHosts) -> None:
        self.provider = provider
        self.front = front
        self.armory = Armory(provider)
        self.beginning: Beginning | None = None
        self._token = ""
        self._listeners: list[Callable[[str], object]] = []
        first = next(iter(front.controls.values()), None)
        if first is not None:
            self.token = first.token
        else:
            self.token = "" if is_loopback(front.server.host) else secrets.token_urlsafe(32)
        front.controls[provider.path] = self

    @property
    def token(self) -> str:
        """What clients present as `Authorization: Bearer`, "" where they need not."""
        return self._token

    @token.setter
    def token(self, token: str) -> None:
        self._token = token
        self._guard = Guard(token, (self.front.server.host, host_name(self.front.known_as)))

    @property
    def url(self) -> str:
        """The base URL of this API."""
        return self.front.origin + ("" if self._is_first else self.provider.path) + CONTROL

    def begin(self) -> None:
        """Remember the provider as it is now, for `reset`; the first call counts."""
        self.beginning = self.beginning or Beginning(self.provider)

    def end(self) -> None:
        """Disarm everything and call off whatever was to happen later."""
        self.armory.close()

    def reset(self) -> None:
        """Bring the provider back to where it began; what was armed with `Armory.arm_for_good` is armed anew."""
        self.armory.clear()
        if self.beginning is not None:
            self.beginning.restore()
        self.armory.arm_again()

    @contextmanager
    def listening(self, listener: Callable[[str], object]) -> Iterator[None]:
        """Call `listener` with the subject of every change that is made during a block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def handle(self, request: Request) -> Answer:
        """Answer one request, whatever it is."""
        try:
            self._guard.check(request)
            return self._serve(request)
        except Rejection as rejection:
            return _rejected(rejection)
        except SettingError as error:
            return _rejected(Rejection(422, str(error)))

    def _serve(self, request: Request) -> Answer:
        self.begin()
        operation, values = self._find(request)
        body = read_body(operation.body, request) if operation.body else None
        query = read_query(operation.query, request) if operation.query else None
        result = operation.serve(Ask(self, request, values, body, query))
        if operation.changes:
            for listener in tuple(self._listeners):
                listener(operation.changes)
        return result if isinstance(result, Answer) else _answer(result, operation.status)

    def _find(self, request: Request) -> tuple[Operation, dict[str, str]]:
        path = request.path.partition(CONTROL)[2] or "/"
        here = [(operation, values) for operation in OPERATIONS if (values := operation.match(path)) is not None]
        if not here:
            paths = ", ".join(dict.fromkeys(operation.path for operation in OPERATIONS))
            raise Rejection(404, f"nothing is at {path!r} of the control API; there are {paths}")
        # A path that is spelled out comes before one with a parameter, in the table as here.
        spelled = [found for found in here if found[0].path == path] or here
        method = "GET" if request.method == "HEAD" else request.method
        for operation, values in spelled:
            if operation.method == method:
                return operation, values
        accepted = ", ".join(operation.method for operation, _ in spelled)
        raise Rejection(405, f"{path} takes {accepted}; {request.method} arrived", headers=(("Allow", accepted),))

    @property
    def beside(self) -> list[Control]:
        """The control APIs of all providers behind the same socket, this one among them, in the order they came."""
        return [control for control in tuple(self.front.controls.values()) if isinstance(control, Control)]

    @property
    def _is_first(self) -> bool:
        return next(iter(self.front.controls.values()), self) is self


def _answer(result: object, status: int) -> Answer:
    value = TypeAdapter(list[BaseModel] if isinstance(result, list) else BaseModel)
    body = value.dump_json(result, serialize_as_any=True)  # type: ignore[arg-type]  # an operation returns models
    return Answer(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body)


def _rejected(rejection: Rejection) -> Answer:
    answer = _answer(Problem(error=rejection.message, fields=rejection.fields), rejection.status)
    answer.headers += rejection.headers
    return answer
