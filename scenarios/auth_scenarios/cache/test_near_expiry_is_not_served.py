from __future__ import annotations

from auth_scenarios.verify import must_succeed, requests
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "formancehq/fctl#116, review (S2)",
    "Returning a cached token with 1 second of validity remaining provides no grace period for clock skew, risking "
    "token expiration mid-request.",
    needs={"use_cached"},
    seed="002_ff4e8899057ae063.txt",
)
def test_a_token_about_to_expire_is_not_served(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token with less life left than the grace period is fetched anew before it is used."""
    # Within every sensible grace period, and not yet expired when the second command runs.
    auth_provider.access_token_lifetime = 4
    auth_client.login()
    must_succeed(auth_client.use_cached())
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    assert requests(outcome, "token"), "Expected: a new token is fetched\nActual:   the cached one was served"
