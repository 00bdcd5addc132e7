"""The key `[api]` of an adapter: what a tool's own API answers, besides what the provider's API says by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.schema import Place, Reader, fields, table, text
from pytest_auth_provider.clients.surroundings_table import status

if TYPE_CHECKING:
    from fakeprovider import ApiRoute


def _json(place: Place, value: object) -> object:
    """Anything that JSON can say: TOML has dates and times, infinity and nan besides."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise place.expected(
            'a value that JSON has, too (write a time as a string, "2026-01-31T12:00:00Z")', value
        ) from None
    return value


OF_ROUTE: dict[str, Reader] = {"json": _json, "status": status, "scope": text}
"""Key -> how it is read, of a table that says more of a route than its answer."""


def _route(place: Place, value: object) -> ApiRoute:
    """A route: a table with `json`, perhaps `status` and `scope`, or any other value, which is the answer itself."""
    from fakeprovider import ApiRoute  # imported late: plugin code is loaded by every pytest run

    if not isinstance(value, dict) or not value or not (value.keys() <= OF_ROUTE.keys() or "json" in value):
        return ApiRoute(_json(place, value))
    if "json" not in value:
        raise (place / "json").missing("the answer itself goes there, as in { status = 201, json = { id = 1 } }")
    found: dict[str, Any] = fields(
        place, value, OF_ROUTE, "a key of a route, and the answer itself belongs into its json"
    )
    return ApiRoute(found["json"], found.get("scope", ""), found.get("status", 200))


def api(place: Place, value: object) -> dict[str, ApiRoute]:
    """`METHOD /path` = the answer, for each route."""
    from fakeprovider.api_routes import ApiRoutes  # imported late, as above
    from fakeprovider.errors import SettingError

    routes = ApiRoutes()
    for where, answer in table(place, value).items():
        try:
            routes[where] = _route(place / where, answer)
        except SettingError as problem:
            raise AdapterError(f"{place / where}: {problem}") from None
    return dict(routes)
