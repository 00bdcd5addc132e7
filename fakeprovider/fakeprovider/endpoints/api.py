"""The protected resource that the tokens are for: a stand-in for the tool's own API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.checks.bearer import challenge, require_access_token
from fakeprovider.errors import OAuthError
from fakeprovider.protocol.uris import is_meant_for
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.state.api_routes import ApiRoute
    from fakeprovider.state.store import AccessToken


def serve(call: Call) -> Answer:
    """Return the answer of `provider.api_routes` or else of the dialect to a good token, 401 or 403 to any other."""
    token = require_access_token(call)
    _check_audience(call, token)
    route = call.provider.api_routes.find(call.request.method, _path_below(call))
    if route is None:
        return call.provider.dialect.api(call, token)
    _check_scope(call, token, route)
    return route.serve(call)


def _path_below(call: Call) -> str:
    """Return the path of the request below `provider.api`."""
    provider = call.provider
    below = f"{provider.path}{provider.dialect.api_path}" if provider.dialect.api_path is not None else ""
    return call.request.path.removeprefix(below)


def _check_audience(call: Call, token: AccessToken) -> None:
    if call.provider.check_audience and not is_meant_for(token.audience, call.provider.api):
        call.note = f"the bearer token is for {', '.join(token.audience)}, this API is {call.provider.api} (RFC 8707 2)"
        headers = challenge(call, "invalid_token")
        raise OAuthError("invalid_token", "the access token is not for this resource", 401, headers=headers)


def _check_scope(call: Call, token: AccessToken, route: ApiRoute) -> None:
    """Raise 403 where the route asks for a scope the token does not have (RFC 6750 3.1)."""
    missing = [scope for scope in route.scope.split() if scope not in token.scope.split()]
    if missing:
        story = f"this needs scope {missing[0]!r}, the token has {token.scope!r}"
        headers = challenge(call, "insufficient_scope", scope=route.scope)
        raise OAuthError("insufficient_scope", story, 403, headers=headers)
