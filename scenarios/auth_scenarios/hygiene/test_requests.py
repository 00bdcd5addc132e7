"""How often a client asks when it does not get what it wants. Checked under every scenario."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import RESOURCES, applies_only, must_not_crash
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 9110 9.2.2",
    "A client SHOULD NOT automatically retry a failed automatic retry.",
    harm="The tool hammers a provider that is down, until the address of the whole office is blocked.",
    level="SHOULD",
    needs={"use"},
)
@pytest.mark.parametrize(
    ("at", "fault", "expired"),
    [
        pytest.param("token", ServerError(503), True, id="refresh-fails"),
        pytest.param(RESOURCES, ServerError(503), False, id="api-fails"),
        pytest.param(RESOURCES, ErrorAnswer("invalid_token", status=401), False, id="api-refuses"),
    ],
)
def test_call_budget(
    auth_provider: Provider, auth_client: Client, at: str | tuple[str, ...], fault: Fault, expired: bool
) -> None:
    """No endpoint is asked again and again without a pause, here or under any other scenario.

    The budget is the adapter's `call_budget`: a hundred requests of one action, each within a second of the one before.
    Polls for the person's decision and pages of the API do not count.
    """
    refreshes = auth_client.policies["refresh"] == "refreshes"
    applies_only(refreshes or not expired, f"{auth_client.name} declares that it never refreshes")
    calls = auth_client.policies["use"] == "calls"
    applies_only(calls or expired, f"{auth_client.name} declares that its `use` does not call the API")
    auth_client.login(expired=expired)
    with auth_provider.failing(fault, at=at):
        must_not_crash(auth_client.use())
