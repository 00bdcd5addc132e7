"""Providers that must survive whatever is sent to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakeprovider import Provider

from .wire import Wire

Serve = Callable[..., Provider]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider; when the test ends nothing has crashed in it, and the next client is served as ever."""
    serving: list[Provider] = []

    def start(*arguments: Any, **knobs: Any) -> Provider:
        provider = Provider(*arguments, **{"device_interval": 0, "algorithm": "ES256", **knobs})
        serving.append(provider)
        return provider.start()

    yield start
    for provider in serving:
        with provider:
            assert provider.crashes == []
            assert [exchange for exchange in provider.journal if exchange.status >= 500] == []
            if provider.ca_file is None:
                serves_as_ever(provider)


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider as it is without any settings."""
    return serve()


def serves_as_ever(provider: Provider) -> None:
    """Its keys (or, in a family without any, its page) are there, its tokens open the API, and the journal has both."""
    document = next(name for name in ("jwks", "verification") if name in provider.dialect.paths)
    before = provider.journal.mark()
    token = provider.issue("later").access_token
    with Wire(provider.origin) as wire, Wire(provider.api) as api:
        assert wire.ask(get(provider.url(document))).status == 200
        assert api.ask(get(f"{provider.api}/things", f"Authorization: Bearer {token}")).status == 200
    assert [exchange.endpoint for exchange in provider.journal.since(before)] == [document, "api"]


def get(url: str, *headers: str) -> bytes:
    """The bytes of a GET request."""
    _scheme, _, host, path = url.split("/", 3)
    return "\r\n".join([f"GET /{path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()
