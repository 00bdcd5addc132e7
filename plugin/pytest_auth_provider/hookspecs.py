"""The hooks a project may implement in its `conftest.py`, or another plugin.

from pytest_auth_provider import Adapter
from pytest_auth_provider.clients import Step

def pytest_auth_client(name, config):
    if name == "acme":
        return Adapter(name, ("acme",), {"login": (Step(("login",)),)}, source="conftest.py")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter


@pytest.hookspec(firstresult=True)
def pytest_auth_client(name: str, config: pytest.Config) -> Adapter | None:
    """Return the adapter of the client called `name`, or None to leave it to adapter files and presets.

    For what TOML cannot say. It is called for each name that `--auth-client` gives or a file configures; the first
    implementation that returns an adapter wins. Anything but an `Adapter` or None is a usage error. It is a hook
    because fixtures of a project are not seen by scenarios that live in an installed package.
    """
