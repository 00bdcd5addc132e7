"""Providers on real sockets, and one HTTP client that speaks to all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from fakeprovider import Provider

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

Serve = Callable[..., Provider]
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """An HTTP client that follows nothing and trusts nobody in particular; made once, for it takes 18 ms."""
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider; it is stopped when the test ends, and nothing may have crashed in it."""
    serving: list[Provider] = []

    def start(*arguments: Any, **knobs: Any) -> Provider:
        provider = Provider(*arguments, **knobs)
        serving.append(provider)
        return provider.start()

    yield start
    for provider in serving:
        provider.stop()
    assert [crash for provider in serving for crash in provider.crashes] == []


@pytest.fixture
def refresh(http: httpx.Client) -> Ask:
    """Refresh at a provider with the form of RFC 6749 6."""

    def ask(provider: Provider, refresh_token: str, client_id: str = "client", **form: str) -> httpx.Response:
        form |= {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
        return http.post(provider.url("token"), data=form)

    return ask


@pytest.fixture
def sign_in(http: httpx.Client) -> Ask:
    """Sign in by device at a provider, by the form of RFC 8628; the user approves at once."""

    def ask(provider: Provider, client_id: str = "client", scope: str = "openid offline_access") -> httpx.Response:
        started = http.post(provider.url("device_authorization"), data={"client_id": client_id, "scope": scope})
        form = {"grant_type": DEVICE_CODE, "device_code": started.json()["device_code"], "client_id": client_id}
        return http.post(provider.url("token"), data=form)

    return ask


@pytest.fixture
def use(http: httpx.Client) -> Ask:
    """One call to the API of a provider with a bearer token."""

    def ask(provider: Provider, access_token: str, path: str = "/things", method: str = "GET") -> httpx.Response:
        return http.request(method, provider.api + path, headers={"Authorization": f"Bearer {access_token}"})

    return ask
