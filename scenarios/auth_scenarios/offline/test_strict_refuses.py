from __future__ import annotations

import pytest

from auth_scenarios.unreachable import OUTAGES, Outage
from auth_scenarios.verify import RESOURCES, must_explain, must_not_request, must_still_hold
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "codecarbon issue on the offline fallback (S0)",
    'If stricter behavior is ever desired, add a separate mode for "must validate locally".',
    needs={"use"},
    policy={"offline": "strict"},
    seed="000_9bba5dba94ba0b22.txt",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_a_strict_client_refuses_to_go_on(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """While the provider cannot be reached, a strict client fails with a reason, calls no API and loses nothing."""
    client = auth_client.policies.switched("offline", "strict")
    client.login()
    stored = client.credentials()
    with outage.of(auth_provider):
        outcome = client.use()
    must_explain(outcome)
    must_not_request(outcome, *RESOURCES)
    must_still_hold(client, stored)
