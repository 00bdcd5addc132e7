"""The fixtures: a provider, a client under test and a user for each test, and the faults of `auth_fault` marks.

    auth_client_name ── auth_adapter ── auth_provider ── auth_user
                                  └────────── └── auth_client

They work in any test, with and without `--auth-provider`. Their docstrings are what `pytest --fixtures` shows. Every
pytest run imports this module, so whatever takes time to import is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth_provider.scenario import Scenario, scenario_of_item

MARK: Final = "auth_fault"
"""The marker of faults for the whole of a test: `@pytest.mark.auth_fault("token[refresh_token] : Reset() x1")`."""

if TYPE_CHECKING:
    from fakeprovider import Provider, User
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.checks.recorder import Recorder
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.clients.factory import ClientFactory, ClientGroup


@pytest.fixture
def auth_client_name(pytestconfig: pytest.Config) -> str:
    """The name of the client under test.

    Contracts are run for every client of the run; any other test for the first one: the first `--auth-client`, else the
    first that the project configures, else `reference`, the bundled reference client. Override it with a fixture of
    your own to run your tests for another client.
    """
    from pytest_auth_provider.selection import client_names

    return client_names(pytestconfig)[0]


@pytest.fixture
def auth_adapter(request: pytest.FixtureRequest, auth_client_name: str) -> Adapter:
    """The adapter of the client called `auth_client_name`: what we were told about its commands and output.

    Fails the test with a message where there is no such client or its program is missing. Skips a scenario that does
    not apply to the client, and says why.
    """
    from pytest_auth_provider.confirmation import SHORT_CUT, does_all_for_real
    from pytest_auth_provider.preflight import profile_of
    from pytest_auth_provider.scenario import NotApplicable, refuse_if_not_for_us, why_not
    from pytest_auth_provider.selection import adapter_of

    try:
        adapter = adapter_of(request.config, auth_client_name)
    except pytest.UsageError as problem:
        pytest.fail(str(problem), pytrace=False)
    contract = _scenario(request)
    if contract:
        refuse_if_not_for_us(contract, adapter)
    reason = why_not(contract, adapter, profile_of(request.config, adapter.name)) if contract else ""
    if reason:
        raise NotApplicable(reason)
    if does_all_for_real(request.node):
        adapter = replace(adapter, start="cold")
    request.node.stash[SHORT_CUT] = adapter.start == "warm"
    return adapter


@pytest.fixture(scope="session")
def auth_client_factory(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> ClientFactory:
    """The factory that makes the clients of this process; it keeps prepared HOMEs and versions for the session."""
    from pytest_auth_provider.clients.factory import ClientFactory
    from pytest_auth_provider.preflight import FACTORY

    if FACTORY not in pytestconfig.stash:
        pytestconfig.stash[FACTORY] = ClientFactory(tmp_path_factory.mktemp("auth-client-factory"))
    return pytestconfig.stash[FACTORY]


@pytest.fixture(scope="session")
def auth_workshop() -> None:
    """The former name of `auth_client_factory`: it fails the test and says so."""
    pytest.fail("the fixture auth_workshop is now called auth_client_factory", pytrace=False)


@pytest.fixture
def auth_provider(
    request: pytest.FixtureRequest, auth_adapter: Adapter, auth_client_factory: ClientFactory
) -> Iterator[Provider]:
    """A fake OpenID provider that serves on 127.0.0.1 for the duration of this test, in the dialect of the client.

    Device clients may poll without a pause, so that tests run at full speed; the adapter's `[provider]` table and the
    scenario may set other values. Faults of `@pytest.mark.auth_fault` are armed for the whole test. An error inside the
    provider fails the test.
    """
    from pytest_auth_provider.clients.factory import provider_for

    contract = _scenario(request)
    settings = contract.provider if contract else {}
    serve_for = auth_client_factory.provider_for if _stays_in_place(request, auth_adapter) else provider_for
    with serve_for(auth_adapter, **settings) as provider, _marked_faults(request.node, provider):
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
    """The client under test, in a sandbox of its own that is pointed at `auth_provider`; not signed in.

    `auth_client.login()`, `.use()`, `.status()`, `.logout()` and `.run(action)` run its commands and return an outcome:
    exit code, output, exchanges, changed files. Whatever it leaves running is ended with the test.
    """
    from pytest_auth_provider.checks.recorder import Recorder
    from pytest_auth_provider.confirmation import puts_sign_ins_back, takes_short_cuts
    from pytest_auth_provider.exposure import Exposure
    from pytest_auth_provider.judge import EVIDENCE, Evidence
    from pytest_auth_provider.preflight import profile_of

    sign_ins = auth_client_factory.sign_ins if puts_sign_ins_back(request.node) else None
    contract = _scenario(request)
    if sign_ins and contract:
        sign_ins.case = contract.id
    same_place = _stays_in_place(request, auth_adapter)
    sandbox = auth_client_factory.sign_ins.sandbox_of(auth_adapter) if same_place else tmp_path / "sandbox"
    record, exposure = Recorder(sandbox), Exposure(auth_provider)
    request.node.stash[EVIDENCE] = Evidence(auth_adapter, auth_client_factory.version(auth_adapter), record, exposure)
    skips = takes_short_cuts(request.node)
    with auth_client_factory.client(
        auth_adapter, auth_provider, sandbox, record, exposure, sign_ins, skips_waits=skips
    ) as client:
        client.profile = profile_of(request.config, client.name)
        yield client
    _note_short_cuts(request.node, record)
    if same_place:
        sandbox.rename(tmp_path / "sandbox")


@pytest.fixture
def auth_client_group(
    request: pytest.FixtureRequest, auth_adapter: Adapter, auth_client_factory: ClientFactory, tmp_path: Path
) -> Iterator[ClientGroup]:
    """Several clients at the same time, in the place of `auth_client`: for cases that can wait beside each other.

    `auth_client_group.new()` makes one more, with a sandbox and a provider of its own, which is `client.provider`.
    """
    from pytest_auth_provider.checks.recorder import Recorder
    from pytest_auth_provider.clients.factory import ClientGroup
    from pytest_auth_provider.confirmation import takes_short_cuts
    from pytest_auth_provider.exposure import Exposure
    from pytest_auth_provider.judge import EVIDENCE, Evidence

    record, exposure = Recorder(tmp_path / "sandbox"), Exposure()
    request.node.stash[EVIDENCE] = Evidence(auth_adapter, auth_client_factory.version(auth_adapter), record, exposure)
    contract = _scenario(request)
    settings = contract.provider if contract else {}
    skips = takes_short_cuts(request.node)
    with ClientGroup(
        auth_adapter, auth_client_factory, record.sandbox, record, exposure, settings, skips_waits=skips
    ) as group:
        yield group
    _note_short_cuts(request.node, record)


@pytest.fixture
def auth_user(auth_provider: Provider) -> User:
    """The person at the browser of `auth_provider`, who approves unless told otherwise.

    `auth_user.denies()` and the like change the decision, `auth_user.script("pending", "approve")` gives one decision
    for each time the person is asked.
    """
    return auth_provider.user


def _scenario(request: pytest.FixtureRequest) -> Scenario | None:
    """Return the contract that the test checks, or None for any other test."""
    return scenario_of_item(request.node)


def _stays_in_place(request: pytest.FixtureRequest, adapter: Adapter) -> bool:
    """Return whether the client is to find the paths and addresses of the case before it.

    A sign-in that is put back names them, and what was imported for a command that found them is as good for the next.
    """
    from pytest_auth_provider.confirmation import puts_sign_ins_back

    return puts_sign_ins_back(request.node) or adapter.start == "warm"


def _note_short_cuts(item: pytest.Item, record: Recorder) -> None:
    """Note for a test that what it did was made shorter, if any of it was; the adapter has told of warm starts."""
    from pytest_auth_provider.confirmation import SHORT_CUT

    shorter = any(outcome.earlier or outcome.skipped for outcome in record.outcomes)
    item.stash[SHORT_CUT] = shorter or item.stash.get(SHORT_CUT, False)


@contextmanager
def _marked_faults(item: pytest.Item, provider: Provider) -> Iterator[None]:
    """Arm the faults that the `auth_fault` marks of `item` name at `provider`, the outermost mark first.

    A text that cannot be parsed fails the test as it is set up, with a caret where it stops making sense. A fault that
    no request met fails it as it ends, unless the text says `optional`.
    """
    from fakeprovider import FaultNotMet, SettingError

    problem = ""
    with ExitStack() as armed:
        try:
            for mark in reversed(list(item.iter_markers(MARK))):
                for text in _texts_of(mark):
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


def _texts_of(mark: pytest.Mark) -> tuple[str, ...]:
    """Return the texts of one mark. Fails the test for a mark that holds anything but texts."""
    if not mark.args or mark.kwargs or not all(isinstance(text, str) for text in mark.args):
        pytest.fail(
            f"@pytest.mark.{MARK} takes faults as text, as in {MARK}('token[refresh_token] : Reset() x1'); "
            f"got {', '.join([*map(repr, mark.args), *(f'{name}=...' for name in mark.kwargs)]) or 'nothing'}",
            pytrace=False,
        )
    return mark.args
