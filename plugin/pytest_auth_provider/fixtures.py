"""The fixtures: a provider, a client and a user for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.scenario import Scenario, scenario_of_item

if TYPE_CHECKING:
    from fakeprovider import Provider, User
    from pytest_auth_provider.clients.adapter import Adapter
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.making import Workshop


@pytest.fixture
def auth_client_name(pytestconfig: pytest.Config) -> str:
    """The name of the client under test: the first of the run, unless a test is run for several."""
    from pytest_auth_provider.selection import client_names

    return client_names(pytestconfig)[0]


@pytest.fixture
def auth_adapter(request: pytest.FixtureRequest, auth_client_name: str) -> Adapter:
    """The adapter of the client under test; skips a scenario that does not apply to it."""
    from pytest_auth_provider.applicability import NotApplicable, why_not
    from pytest_auth_provider.selection import adapter_of

    try:
        adapter = adapter_of(request.config, auth_client_name)
    except pytest.UsageError as problem:
        pytest.fail(str(problem), pytrace=False)
    contract = _scenario(request)
    reason = why_not(contract, adapter) if contract else ""
    if reason:
        raise NotApplicable(reason)
    return adapter


@pytest.fixture(scope="session")
def auth_workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """What makes the clients of this process."""
    from pytest_auth_provider.making import Workshop

    return Workshop(tmp_path_factory.mktemp("auth-workshop", numbered=True))


@pytest.fixture
def auth_provider(request: pytest.FixtureRequest, auth_adapter: Adapter) -> Iterator[Provider]:
    """A provider that serves for this test, in the dialect the client under test speaks.

    Polls of device clients need no pause, so that tests run at full speed; the adapter's `[provider]` and the
    scenario may say otherwise. Faults of `@pytest.mark.auth_fault` are armed for the whole test. An error inside the
    provider fails the test.
    """
    from pytest_auth_provider.making import provider_for
    from pytest_auth_provider.marked_faults import marked_faults

    contract = _scenario(request)
    settings = contract.provider if contract else {}
    with provider_for(auth_adapter, **settings) as provider, marked_faults(request.node, provider):
        yield provider
    for crash in provider.crashes:
        raise RuntimeError(f"the provider itself failed: {crash!r}") from crash


@pytest.fixture
def auth_client(
    request: pytest.FixtureRequest,
    auth_adapter: Adapter,
    auth_provider: Provider,
    auth_workshop: Workshop,
    tmp_path: Path,
) -> Iterator[Client]:
    """The client under test in a sandbox of its own, pointed at `auth_provider`."""
    from pytest_auth_provider.checking import EVIDENCE, Evidence
    from pytest_auth_provider.record import Record

    record = Record(tmp_path / "sandbox")
    request.node.stash[EVIDENCE] = Evidence(auth_adapter, auth_workshop.version(auth_adapter), record)
    with auth_workshop.client(auth_adapter, auth_provider, record) as client:
        yield client


@pytest.fixture
def auth_user(auth_provider: Provider) -> User:
    """The person at the browser: `auth_user.denies()`, `auth_user.script("pending", "approve")`."""
    return auth_provider.user


def _scenario(request: pytest.FixtureRequest) -> Scenario | None:
    return scenario_of_item(request.node)
