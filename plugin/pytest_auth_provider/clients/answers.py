"""What the tool's own API answers: what the adapter says, with the provider's values in it and keys it hands out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import fill_all
from pytest_auth_provider.adapters.provider_types import MintedKey
from pytest_auth_provider.processes.command_builder import PlaceholderValues

if TYPE_CHECKING:
    from fakeprovider import ApiRoute, Provider
    from fakeprovider.context import Call

NEVER = 10.0**10
"""When a key expires that the API hands out, in seconds since the epoch."""


def serve_api_of(adapter: Adapter, provider: Provider) -> None:
    """Let the provider's API answer as the adapter says, with the values of its placeholders at this provider."""
    values = PlaceholderValues(adapter, None, provider)
    for where, given in adapter.api.items():
        provider.api_routes[where] = _route(given, values)


def _route(given: object, values: PlaceholderValues) -> ApiRoute:
    from fakeprovider import ApiRoute  # imported late: plugin code is loaded by every pytest run

    route = given if isinstance(given, ApiRoute) else ApiRoute(given)
    if isinstance(route.answer, MintedKey):
        return replace(route, answer=partial(_mint, route.answer, values))
    if callable(route.answer) or fill_all(route.answer, str) == route.answer:
        return route
    return replace(route, answer=lambda _call: fill_all(route.answer, values.of))


def _mint(key: MintedKey, values: PlaceholderValues, call: Call) -> object:
    """Return the answer with a new key in it, which the API takes from now on as the token it was asked with."""
    provider = call.provider
    value = provider.secrets.mint("api_key")
    store = provider.store
    with store.lock:
        token = store.access_tokens[call.bearer]
        store.access_tokens[value] = replace(token, value=value, expires_at=NEVER)
    answer = fill_all(key.json, values.of)
    return {**(answer if isinstance(answer, dict) else {}), key.member: value}
