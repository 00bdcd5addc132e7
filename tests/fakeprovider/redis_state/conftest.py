"""What keeps its state in Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fakeprovider import Provider
from tests.support.providers import serving
from tests.support.redis_server import Process, processes, redis_server

Share = Callable[..., Provider]


@pytest.fixture
def share(state: str) -> Iterator[Share]:
    """Start providers that are one provider, each with a socket and a control API of its own."""
    with serving(state=state, control=True, device_interval=0) as start:
        yield start


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Process]]:
    """Three processes that are one provider; each test resets it."""
    with (
        redis_server(tmp_path_factory.mktemp("several")) as url,
        processes(url, 3, "--set", "device_interval=0") as running,
    ):
        yield running
