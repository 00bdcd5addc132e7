"""Providers that must survive whatever is sent to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakeprovider import Provider
from tests.support.providers import Serve, serving
from tests.support.wire import Wire, request_bytes


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider; when the test ends nothing has crashed in it, and the next client is served as ever."""
    with serving(device_interval=0, algorithm="ES256") as start:
        providers: list[Provider] = []

        def remembered(*arguments: Any, **knobs: Any) -> Provider:
            providers.append(start(*arguments, **knobs))
            return providers[-1]

        yield remembered
        for provider in providers:
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
        assert wire.ask(request_bytes(provider.url(document))).status == 200
        assert api.ask(request_bytes(f"{provider.api}/things", f"Authorization: Bearer {token}")).status == 200
    assert [exchange.endpoint for exchange in provider.journal.since(before)] == [document, "api"]
