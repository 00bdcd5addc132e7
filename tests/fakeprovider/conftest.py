"""Providers on real sockets, and an OAuth client of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.providers import Serve, serving
from tests.support.redis_server import empty, redis_server

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One connection pool for all tests: making one takes 18 ms, longer than most tests."""
    with httpx.Client(trust_env=False, timeout=30.0) as client:
        yield client


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider with whatever settings; it is stopped when the test ends, and nothing may have crashed in it."""
    with serving() as start:
        yield start


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server that runs as long as the tests do."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def state(redis_url: str) -> str:
    """The address of an empty database."""
    empty(redis_url)
    return redis_url


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider that lets device clients poll at full speed."""
    return serve(device_interval=0)


@pytest.fixture
def client(provider: Provider, http: httpx.Client) -> OAuthClient:
    """A public client of `provider`."""
    return OAuthClient(provider, http)


@pytest.fixture
def refresh(http: httpx.Client) -> Ask:
    """Refresh at any provider with the form of RFC 6749 6."""

    def ask(provider: Provider, refresh_token: str, client_id: str = "client", **form: str) -> httpx.Response:
        return OAuthClient(provider, http, client_id).refresh(refresh_token, **form)

    return ask


@pytest.fixture
def sign_in(http: httpx.Client) -> Ask:
    """Sign in by device at any provider (RFC 8628); the user approves at once."""

    def ask(provider: Provider, client_id: str = "client", scope: str = "openid offline_access") -> httpx.Response:
        client = OAuthClient(provider, http, client_id)
        return client.poll(client.device(scope=scope)["device_code"])

    return ask


@pytest.fixture
def use(http: httpx.Client) -> Ask:
    """Call the API of any provider with a bearer token."""

    def ask(provider: Provider, access_token: str, path: str = "/things", method: str = "GET") -> httpx.Response:
        return OAuthClient(provider, http).use(access_token, path, method)

    return ask
