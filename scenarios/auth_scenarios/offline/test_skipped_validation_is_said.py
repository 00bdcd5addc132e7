from __future__ import annotations

import pytest

from auth_scenarios.unreachable import OUTAGES, Outage
from auth_scenarios.verify import must_not_say, must_say
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "codecarbon issue on the offline fallback (S0)",
    "Consider logging a warning when the CLI skips local validation because the auth server is unreachable; "
    "failure to reach the auth server is not equivalent to token valid.",
    needs={"use"},
    policy={"offline": "best_effort"},
    seed="000_9bba5dba94ba0b22.txt",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_a_skipped_validation_is_said(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """A client that goes on without validating its token warns about it, and never calls the token valid."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    with outage.of(auth_provider):
        outcome = client.use()
    must_say(outcome, "unverified")
    must_not_say(outcome, "valid")
