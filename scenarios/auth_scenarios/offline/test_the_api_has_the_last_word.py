from __future__ import annotations

from auth_scenarios.verify import RESOURCES, must_explain, must_say, must_still_hold, requests
from fakeprovider import Provider
from fakeprovider.faults import Refused
from pytest_auth_provider import Client, scenario


@scenario(
    "codecarbon issue on the offline fallback (S0)",
    "A stale token, a provider migration, or a revoked token may still be accepted by the CLI until the API rejects "
    "the request.",
    needs={"use"},
    policy={"offline": "best_effort"},
    seed="000_9bba5dba94ba0b22.txt",
)
def test_the_api_has_the_last_word(auth_provider: Provider, auth_client: Client) -> None:
    """A token the API rejects while the provider cannot be reached is an error, and the session stays stored."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    stored = client.credentials()
    auth_provider.end_sessions()
    with auth_provider.failing(Refused()):
        outcome = client.use()
    assert requests(outcome, *RESOURCES), "Expected: the API is asked\nActual:   it was not"
    must_explain(outcome)
    if not outcome.says("sign_in_again"):
        must_say(outcome, "rejected")
    must_still_hold(client, stored)
