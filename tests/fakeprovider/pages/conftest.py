"""A provider whose user decides on its pages, and a real browser in front of them."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from tests.support.chromium import anybody, browse, person  # noqa: F401  # fixtures
from tests.support.providers import Serve


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider whose user has to be asked."""
    provider = serve(device_interval=0)
    provider.user.ignores()
    return provider
