"""The hooks a project or another plugin may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter


@pytest.hookspec(firstresult=True)
def pytest_auth_client(name: str, config: pytest.Config) -> Adapter | None:
    """Hand over the adapter of the client called `name`, or None to leave it to the adapter files and presets.

    For what TOML cannot say. It is a hook because fixtures of a project are not seen by scenarios that live in an
    installed package.
    """
