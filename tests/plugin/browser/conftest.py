"""A client that signs in through a browser, in a sandbox with everything around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Step
from tests.support.sandboxed import Make, NewClient, changed

CODE_CLIENT = str(Path(__file__).with_name("code_client.py"))


@pytest.fixture
def make(new_client: NewClient, provider: Provider) -> Make:
    """Make a client that runs `code_client.py login`; `how` are its arguments, the rest changes its adapter."""

    def make(*how: str, provider: Provider = provider, **changes: object) -> Client:
        adapter = Adapter(
            "code",
            command=("{python}", CODE_CLIENT),
            run={"login": (Step(how),)},
            env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}"},
            source="auth-provider.toml: clients.code",
            timeout=30,
        )
        return new_client(changed(adapter, changes), provider)

    return make
