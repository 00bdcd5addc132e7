from __future__ import annotations

import pytest

from auth_scenarios.unreachable import OUTAGES, Outage
from auth_scenarios.verify import RESOURCES, must_not_request, must_request, must_still_hold, must_succeed
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "codecarbon issue on the offline fallback (S0)",
    "The CLI is using a best-effort check and then deferring trust to the server.",
    needs={"use"},
    policy={"offline": "best_effort"},
    seed="000_9bba5dba94ba0b22.txt",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_the_stored_token_goes_to_the_api_once(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """While the provider cannot be reached, a best-effort client uses its stored token and lets the API decide."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    stored = client.credentials()
    with outage.of(auth_provider):
        outcome = client.use()
    must_succeed(outcome)
    (call,) = must_request(outcome, *RESOURCES)
    assert auth_provider.secrets.kind_of(call.bearer) == "access_token", "the API call carries the stored token"
    must_not_request(outcome, "token")
    must_still_hold(client, stored)
