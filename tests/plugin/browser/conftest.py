"""A client that signs in through a browser, in a sandbox with everything around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.clients.environment import Environment

CODE_CLIENT = str(Path(__file__).with_name("code_client.py"))

Make = Callable[..., Client]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider on plain http."""
    with Provider() as provider:
        yield provider
    assert provider.crashes == []


@pytest.fixture
def make(tmp_path: Path, provider: Provider) -> Iterator[Make]:
    """Make a client that runs `code_client.py login`; `how` are its arguments, the rest changes its adapter."""
    with ExitStack() as stack:

        def make(*how: str, provider: Provider = provider, **changes: object) -> Client:
            adapter = Adapter(
                "code",
                command=("{python}", CODE_CLIENT),
                run={"login": (Step(how),)},
                env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}"},
                source="auth-provider.toml: clients.code",
                timeout=30,
            )
            adapter = replace(adapter, **changes)  # type: ignore[arg-type]  # any field may change
            directories = len(list(tmp_path.iterdir()))
            sandbox = stack.enter_context(Sandbox(tmp_path / f"sandbox-{directories}"))
            environment = stack.enter_context(Environment(adapter, sandbox, provider))
            return Client(adapter, sandbox, provider, None, environment)

        yield make
