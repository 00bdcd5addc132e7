"""One provider of each dialect for all checks of the protocol, and a client of it; each check finds it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.providers import serving

Party = Callable[[str], OAuthClient]
"""Returns a client of the provider of a dialect."""


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One connection pool; families that answer in two encodings are asked for JSON."""
    with httpx.Client(trust_env=False, timeout=30.0, headers={"Accept": "application/json"}) as client:
        yield client


@pytest.fixture(scope="session")
def family() -> Iterator[Callable[[str], Provider]]:
    """The provider of a dialect, started when it is needed first."""
    with serving(algorithm="ES256", device_interval=0) as start:
        started: dict[str, Provider] = {}

        def of(dialect: str) -> Provider:
            if dialect not in started:
                started[dialect] = start(dialect)
            return started[dialect]

        yield of


@pytest.fixture
def party(family: Callable[[str], Provider], http: httpx.Client) -> Iterator[Party]:
    """A client of the provider of a dialect, whose settings, clients and user are afterwards as they were."""
    used: list[tuple[Provider, dict[str, object]]] = []

    def of(dialect: str) -> OAuthClient:
        provider = family(dialect)
        used.append((provider, provider.image()))
        return OAuthClient(provider, http)

    yield of
    for provider, settings in used:
        provider.restore(settings)
        provider.clients.forget()
        provider.user.approves()
        assert provider.crashes == []
        assert [exchange for exchange in provider.journal if exchange.status >= 500] == []
