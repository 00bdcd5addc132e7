"""The fixtures: a provider, a client and a user for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth_provider.scenario import Scenario, scenario_of_item

if TYPE_CHECKING:
    from fakeprovider import Provider, User
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.clients.factory import ClientFactory


@pytest.fixture
def auth_client_name(pytestconfig: pytest.Config) -> str:
    """The name of the client under test: the first of the run, unless a test is run for several."""
    from pytest_auth_provider.selection import client_names

    return client_names(pytestconfig)[0]


@pytest.fixture
def auth_adapter(request: pytest.FixtureRequest, auth_client_name: str) -> Adapter:
    """The adapter of the client under test; skips a scenario that does not apply to it."""
    from pytest_auth_provider.scenario import NotApplicable, why_not
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
def auth_client_factory(tmp_path_factory: pytest.TempPathFactory) -> ClientFactory:
    """Makes the clients of this process; prepared HOMEs and versions are kept for the whole session."""
    from pytest_auth_provider.clients.factory import ClientFactory

    return ClientFactory(tmp_path_factory.mktemp("auth-client-factory", numbered=True))


@pytest.fixture(scope="session")
def auth_workshop() -> None:
    """Fails: the fixture is called `auth_client_factory` now."""
    pytest.fail("the fixture auth_workshop is now called auth_client_factory", pytrace=False)


@pytest.fixture
def auth_provider(request: pytest.FixtureRequest, auth_adapter: Adapter) -> Iterator[Provider]:
    """A provider that serves for this test, in the dialect the client under test speaks.

    Polls of device clients need no pause, so that tests run at full speed; the adapter's `[provider]` and the
    scenario may say otherwise. Faults of `@pytest.mark.auth_fault` are armed for the whole test. An error inside the
    provider fails the test.
    """
    from pytest_auth_provider.clients.factory import provider_for

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
    auth_client_factory: ClientFactory,
    tmp_path: Path,
) -> Iterator[Client]:
    """The client under test in a sandbox of its own, pointed at `auth_provider`."""
    from pytest_auth_provider.checks.recorder import Recorder
    from pytest_auth_provider.judge import EVIDENCE, Evidence

    record = Recorder(tmp_path / "sandbox")
    request.node.stash[EVIDENCE] = Evidence(auth_adapter, auth_client_factory.version(auth_adapter), record)
    with auth_client_factory.client(auth_adapter, auth_provider, record.sandbox, record) as client:
        yield client


@pytest.fixture
def auth_user(auth_provider: Provider) -> User:
    """The person at the browser: `auth_user.denies()`, `auth_user.script("pending", "approve")`."""
    return auth_provider.user


def _scenario(request: pytest.FixtureRequest) -> Scenario | None:
    return scenario_of_item(request.node)


# FROM plugin/pytest_auth_provider/marked_faults.py: `@pytest.mark.auth_fault("token[refresh_token] : Reset() x1")`: faults for the whole of a test, as text.


MARK: Final = "auth_fault"


@contextmanager
def marked_faults(item: pytest.Item, provider: Provider) -> Iterator[None]:
    """Keep the faults that the marks of `item` ask for armed at `provider`, the outermost mark first.

    A text that means nothing fails the test as it is set up, with a caret where it stops making sense; a fault that
    nothing met fails it as it ends, like everywhere (`optional` in the text says that not meeting it is fine).
    """
    from fakeprovider import FaultNotMet, SettingError

    problem = ""
    with ExitStack() as armed:
        try:
            for mark in reversed(list(item.iter_markers(MARK))):
                for text in texts_of(mark):
                    armed.enter_context(provider.failing(text))
        except SettingError as error:
            problem = f"@pytest.mark.{MARK}: {error}"
        if not problem:
            yield
        try:
            armed.close()
        except FaultNotMet as error:
            problem = problem or str(error)
    # Outside of the handlers: pytest shows the message alone, without the exception it was made from.
    if problem:
        pytest.fail(problem, pytrace=False)


def texts_of(mark: pytest.Mark) -> tuple[str, ...]:
    """The texts of one mark; fails the test for a mark that is written in another way."""
    if not mark.args or mark.kwargs or not all(isinstance(text, str) for text in mark.args):
        pytest.fail(
            f"@pytest.mark.{MARK} takes faults as text, as in {MARK}('token[refresh_token] : Reset() x1'); "
            f"got {', '.join([*map(repr, mark.args), *(f'{name}=...' for name in mark.kwargs)]) or 'nothing'}",
            pytrace=False,
        )
    return mark.args
