from __future__ import annotations

import pytest

from auth_scenarios.verify import RESOURCES, applies_only, must_end
from fakeprovider import Provider
from fakeprovider.faults import Stall
from pytest_auth_provider import Client, scenario


@scenario(
    "codecarbon issue on the offline fallback (S0); RFC 8628 3.5",
    "A provider that accepts the connection and says nothing does not hang a command for ever.",
    needs={"use"},
    seed="000_9bba5dba94ba0b22.txt",
)
@pytest.mark.parametrize(
    ("silent", "expired"),
    [
        pytest.param((), True, id="everywhere"),
        pytest.param("token", True, id="token"),
        pytest.param(RESOURCES, False, id="api"),
    ],
)
def test_a_silent_provider_does_not_hang_a_command(
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
