"""A shell as the client, in a sandbox with a network around it."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Step
from tests.support.sandboxed import Make, NewClient, changed


@pytest.fixture
def make(new_client: NewClient, provider: Provider) -> Make:
    """Make a client whose `login` is a shell script; `changes` are those of its adapter."""

    def make(script: str, provider: Provider = provider, **changes: object) -> Client:
        adapter = Adapter(
            "shell",
            command=("sh", "-c"),
            run={"login": (Step((script,)),)},
            source="auth-provider.toml: clients.shell",
            timeout=30,
        )
        return new_client(changed(adapter, changes), provider)

    return make
