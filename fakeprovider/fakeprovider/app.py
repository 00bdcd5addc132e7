"""The route of one request: table, dispatch, error handling, record.

request -> endpoint by path -> faults that apply -> the endpoint (or a fault in its place) -> faults on the answer
        -> journal -> wire
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from fakeprovider.context import READ, WRITE, Call, Route
from fakeprovider.endpoints import (
    api,
    authorization,
    device_authorization,
    discovery,
    end_session,
    introspection,
    jwks,
    pushed_authorization_request,
    registration,
    resource_metadata,
    revocation,
    session_status,
    token,
    userinfo,
    verification,
)
from fakeprovider.errors import OAuthError
from fakeprovider.faults.armed import ArmedFault
from fakeprovider.faults.combine import AppliedFaults
from fakeprovider.protocol.cross_origin import SHARED, answer_preflight, is_from_page, is_preflight, share
from fakeprovider.protocol.uris import is_metadata_path
from fakeprovider.provider_state import ProviderState
from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Request
from fakeprovider.state.clock import http_date

_SERVED: Final[dict[str, Route]] = {
    "discovery": Route(READ, discovery.serve),
    "jwks": Route(READ, jwks.serve),
    "authorization": Route((*READ, *WRITE), authorization.serve),
    "pushed_authorization_request": Route(WRITE, pushed_authorization_request.serve),
    "token": Route(WRITE, token.serve),
    "device_authorization": Route(WRITE, device_authorization.serve),
    "verification": Route((*READ, *WRITE), verification.serve),
    "revocation": Route(WRITE, revocation.serve),
    "introspection": Route(WRITE, introspection.serve),
    "registration": Route(WRITE, registration.serve),
    "userinfo": Route((*READ, *WRITE), userinfo.serve),
    "end_session": Route((*READ, *WRITE), end_session.serve),
    "session_status": Route(READ, session_status.serve),
    "resource_metadata": Route(READ, resource_metadata.serve),
    "api": Route((*READ, "POST", "PUT", "PATCH", "DELETE"), api.serve),
}

ROUTES: Final = {name: route._replace(endpoint=name) for name, route in _SERVED.items()}
"""Every endpoint, by its name; the dialect says at which path it is served."""


class App:
    """Find the endpoint of each request, let faults apply, and record the exchange."""

    def __init__(self, provider: ProviderState, armed: Sequence[ArmedFault]) -> None:
        self._provider = provider
        self._armed = armed
        dialect, below = provider.dialect, provider.path
        self._routes = {below + path: ROUTES[name] for name, path in dialect.paths.items() if name in ROUTES}
        self._routes |= {below + path: route for path, route in dialect.routes.items()}
        if "discovery" in dialect.paths:
            self._routes |= dict.fromkeys(_discovery_paths(provider), ROUTES["discovery"]) | self._routes
        self._metadata = ROUTES["resource_metadata"]
        self._api = ROUTES["api"]

    def handle(self, request: Request) -> Answer:
        """Answer one request on the provider's own origin, and write it down."""
        self._provider.backend.refresh()
        return self._handle(Call(self._provider, request, self._route(request.path)))

    def handle_api(self, request: Request) -> Answer:
        """Answer one request on the origin of the protected resource, and write it down."""
        self._provider.backend.refresh()
        route = self._provider.dialect.api_routes.get(request.path)
        return self._handle(Call(self._provider, request, route or self._of_resource(request.path)))

    def _of_resource(self, path: str) -> Route:
        """Return the route on the origin of the protected resource: what it is about itself (RFC 9728), or the API."""
        return self._metadata if is_metadata_path(path) else self._api

    def _route(self, path: str) -> Route:
        api_path = self._provider.dialect.api_path
        if path in self._routes or api_path is None:
            return self._routes.get(path, NOWHERE)
        if is_metadata_path(path) or path.startswith(f"{self._provider.path}{api_path}/"):
            return self._of_resource(path)
        return NOWHERE

    def _handle(self, call: Call) -> Answer:
        return _dated(self._answer(call), call.at)

    def _answer(self, call: Call) -> Answer:
        if self._shares(call) and is_preflight(call.request):
            # The browser's own question, so that no fault that is meant for the client is spent on it.
            return self._recorded(call, answer_preflight(call.request, call.route.methods))
        armed = tuple(self._armed)
        return self._handle_with_faults(call, armed) if armed else self._recorded(call, self._ask(call))

    def _recorded(self, call: Call, answer: Answer) -> Answer:
        self._provider.journal.record(call.exchange(answer))
        return answer

    def _handle_with_faults(self, call: Call, armed: Sequence[ArmedFault]) -> Answer:
        faults = AppliedFaults(call, armed)
        call.faults = faults
        faults.before()
        answer = faults.answer(Answer() if faults.instead else self._ask(call))
        if faults.instead and self._shares(call):
            answer = share(answer)
        self._provider.journal.record(call.exchange(answer, answered=faults.answered))
        faults.finish()
        return answer

    def _ask(self, call: Call) -> Answer:
        """Return the endpoint's response; every `OAuthError` becomes one in the words of the dialect."""
        answer = self._serve(call)
        return share(answer) if self._shares(call) else answer

    def _serve(self, call: Call) -> Answer:
        try:
            _check_method(call)
            return call.route.serve(call)
        except OAuthError as error:
            call.note = call.note or f"{error.code}: {error.description}"
            return self._provider.dialect.error(call, error)

    def _shares(self, call: Call) -> bool:
        """Return whether a web page sent the request, and may read the answer."""
        return self._provider.cors and is_from_page(call.request) and call.endpoint in SHARED


def _dated(answer: Answer, at: float) -> Answer:
    """Return the answer with the time of the provider's clock (RFC 9110 6.6.1), unless a fault has set another."""
    return answer if answer.header("Date") else replace(answer, headers=[*answer.headers, ("Date", http_date(at))])


def _discovery_paths(provider: ProviderState) -> Iterator[str]:
    """Yield where else the metadata of an issuer may be looked for."""
    below, path = provider.path, provider.dialect.paths["discovery"]
    for well_known in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        yield below + well_known  # OIDC Discovery 4
        yield well_known + below  # RFC 8414 3
    if provider.trailing_slash:
        # What comes of appending to the issuer as it is; OIDC Discovery 4.1 takes the slash away first.
        yield f"{below}/{path}"


def _check_method(call: Call) -> None:
    methods = call.route.methods
    if methods and call.request.method not in methods:
        accepted = ", ".join(methods)
        description = f"{call.endpoint} answers {accepted}; {call.request.method} arrived"
        raise OAuthError("invalid_request", description, 405, headers=[("Allow", accepted)])


def _nothing_here(call: Call) -> Answer:
    raise OAuthError("not_found", f"nothing is served at {call.request.path!r}", 404)


NOWHERE: Final = Route((), _nothing_here)
"""The route of requests that match no path."""
