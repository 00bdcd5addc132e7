"""A provider with a console, and a real browser in front of it."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from tests.support.chromium import anybody, browse, person  # noqa: F401  # fixtures
from tests.support.providers import Serve


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider with a console, whose user has to be asked."""
    provider = serve(device_interval=0, control=True)
    provider.user.ignores()
    return provider


@pytest.fixture
def console(provider: Provider) -> str:
    """The address of its console."""
    assert provider.control is not None
    return f"{provider.control.url}/console"
