"""How every command ends: in time, and without a traceback. Checked under every scenario."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import RESOURCES, applies_only, must_end
from fakeprovider import Provider
from fakeprovider.faults import HtmlPage, Stall
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: a provider or an API that accepts the connection and says nothing does not hang a command for ever.",
    harm="A CI job hangs until it is killed by hand, and nobody learns why.",
    level="SHOULD",
    needs={"use"},
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize(
    ("silent", "expired"),
    [
        pytest.param((), True, id="everywhere"),
        pytest.param("token", True, id="token"),
        pytest.param(RESOURCES, False, id="api"),
    ],
)
def test_bounded_time(
    auth_provider: Provider, auth_client: Client, silent: str | tuple[str, ...], expired: bool
) -> None:
    """Every command ends within its time limit, also while the provider is silent, here or under any other scenario."""
    refreshes = auth_client.policies["refresh"] == "refreshes"
    applies_only(refreshes or not expired, f"{auth_client.name} declares that it never refreshes")
    calls = auth_client.policies["use"] == "calls"
    applies_only(calls or silent != RESOURCES, f"{auth_client.name} declares that its `use` does not call the API")
    auth_client.login(expired=expired)
    with auth_provider.failing(Stall(), at=silent):
        must_end(auth_client.use())


@scenario(
    "review of the OSA device flow",
    "The polling loop exits with an unhandled traceback instead of a graceful failure message.",
    harm="Instead of what went wrong and what to do, a user reads the tool's source code and writes a bug report.",
    level="SHOULD",
    origin="OSA's device flow",
)
def test_no_traceback(auth_provider: Provider, auth_client: Client) -> None:
    """No traceback or panic reaches the person, here or under any other scenario."""
    auth_client.login()
    with auth_provider.failing(HtmlPage(500), optional=True):
        for action in ("use", "status", "doctor", "logout"):
            if auth_client.can(action):
                auth_client.run(action)
