"""Providers on real sockets, and clients that nobody here wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakeprovider import Provider

from .toolchain import Scripts, install

Serve = Callable[..., Provider]

INTERVAL = 0.01  # seconds; RFC 8628 3.2 allows 0, oauth4webapi does not


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a provider; it is stopped when the test ends, and nothing may have crashed in it."""
    serving: list[Provider] = []

    def start(*arguments: Any, **knobs: Any) -> Provider:
        provider = Provider(*arguments, **{"device_interval": INTERVAL, **knobs})
        serving.append(provider)
        return provider.start()

    yield start
    for provider in serving:
        provider.stop()
    assert [crash for provider in serving for crash in provider.crashes] == []


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider as it is without any settings, but for devices that need not wait."""
    return serve()


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Scripts:
    """The scripts of `node/`, installed once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    return install(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
