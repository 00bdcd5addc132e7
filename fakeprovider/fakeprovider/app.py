"""The route of one request: table, dispatch, error handling, record.

request -> endpoint by path -> faults that apply -> the endpoint (or a fault in its place) -> faults on the answer
        -> journal -> wire
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from werkzeug.wrappers import Request

from fakeprovider.answer import Answer
from fakeprovider.call import Call
from fakeprovider.endpoints import (
    api,
    device_authorization,
    discovery,
    jwks,
    revocation,
    session_status,
    token,
    userinfo,
    verification,
)
from fakeprovider.errors import OAuthError

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


class Route(NamedTuple):
    """An endpoint, the methods it answers, and the function that serves it."""

    methods: tuple[str, ...]
    serve: Callable[[Call], Answer]


READ: Final = ("GET", "HEAD")
ROUTES: Final[dict[str, Route]] = {
    "discovery": Route(READ, discovery.serve),
    "jwks": Route(READ, jwks.serve),
    "token": Route(("POST",), token.serve),
    "device_authorization": Route(("POST",), device_authorization.serve),
    "verification": Route((*READ, "POST"), verification.serve),
    "revocation": Route(("POST",), revocation.serve),
    "userinfo": Route((*READ, "POST"), userinfo.serve),
    "session_status": Route(READ, session_status.serve),
    "api": Route((*READ, "POST", "PUT", "PATCH", "DELETE"), api.serve),
}
"""Every endpoint, by its name; the dialect says at which path it is served."""

ENDPOINTS: Final = tuple(ROUTES)


class App:
    """Answers the requests of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        paths = provider.dialect.paths
        self._endpoints = {provider.path + paths[name]: name for name in ROUTES if name in paths}

    def handle(self, request: Request) -> Answer:
        """Answer one request on the provider's own origin, and write it down."""
        return self._handle(Call(self._provider, request, self._endpoint(request.path)))

    def handle_api(self, request: Request) -> Answer:
        """Answer one request on the origin of the protected resource, and write it down."""
        return self._handle(Call(self._provider, request, "api"))

    def _endpoint(self, path: str) -> str:
        endpoint = self._endpoints.get(path, "")
        api_path = self._provider.dialect.api_path
        if not endpoint and api_path is not None and path.startswith(f"{self._provider.path}{api_path}/"):
            return "api"
        return endpoint

    def _handle(self, call: Call) -> Answer:
        call.faults = [armed for armed in tuple(self._provider.armed) if armed.meet(call)]
        answer = self._ask(call)
        for armed in call.faults:
            answer = armed.bend_answer(call, answer)
        self._provider.journal.record(call.exchange(answer, answered=answer.deliver is None))
        return answer

    def _ask(self, call: Call) -> Answer:
        """Ask the endpoint, unless a fault answers in its place."""
        for armed in call.faults:
            armed.before(call)
        if any(armed.acts_instead(call) for armed in call.faults):
            return Answer()
        try:
            return _route(call).serve(call)
        except OAuthError as error:
            call.note = call.note or f"{error.code}: {error.description}"
            return self._provider.dialect.error(error)


def _route(call: Call) -> Route:
    route = ROUTES.get(call.endpoint)
    if route is None:
        raise OAuthError("not_found", f"nothing is served at {call.request.path!r}", 404)
    if call.request.method not in route.methods:
        accepted = ", ".join(route.methods)
        description = f"{call.endpoint} answers {accepted}; {call.request.method} arrived"
        raise OAuthError("invalid_request", description, 405, headers=[("Allow", accepted)])
    return route
