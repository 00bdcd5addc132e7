from __future__ import annotations

from auth_scenarios.verify import RESOURCES, CannotTell, applies_only, must_request, must_succeed
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario

USUAL_GRACE = 5
"""Seconds of life that a cached token needs to have left, where the adapter declares nothing else."""


@scenario(
    "formancehq/fctl#116, review (S2)",
    "Returning a cached token with 1 second of validity remaining provides no grace period for clock skew, risking "
    "token expiration mid-request.",
    needs={"use_cached"},
    seed="002_ff4e8899057ae063.txt",
)
def test_a_token_about_to_expire_is_not_served(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token with less life left than the grace period is fetched anew before it is used."""
    grace = int(auth_client.policy("cache_grace") or USUAL_GRACE)
    applies_only(grace > 1, f"{auth_client.name} declares cache_grace = {grace}")
    # Within the grace period from the start, and not yet expired when the second command runs.
    auth_provider.access_token_lifetime = grace - 1
    auth_client.login()
    first, second = auth_client.use_cached(), auth_client.use_cached()
    must_succeed(first)
    must_succeed(second)
    (cached,), (used,) = must_request(first, *RESOURCES), must_request(second, *RESOURCES)
    after = used.monotonic - cached.monotonic
    assert used.bearer != cached.bearer, f"Expected: a new token is used\nActual:   the cached one, {after:.1f} s later"
    if after >= grace - 1:
        raise CannotTell(f"the second command came after {after:.1f} s, when the cached token had expired")
