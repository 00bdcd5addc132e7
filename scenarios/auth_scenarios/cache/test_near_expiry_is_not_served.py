from __future__ import annotations

from auth_scenarios.verify import RESOURCES, CannotTell, applies_only, must_succeed, requests
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario

USUAL_GRACE = 5
"""Seconds of life that a cached token needs to have left, where the adapter declares nothing else."""


@scenario(
    "formancehq/fctl#116, review (S2)",
    "Returning a cached token with 1 second of validity remaining provides no grace period for clock skew, risking "
    "token expiration mid-request.",
    needs={"use_cached"},
    policy={"refresh": "refreshes"},
    seed="002_ff4e8899057ae063.txt",
)
def test_a_token_about_to_expire_is_not_served(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token with less life left than the grace period is fetched anew before it is used."""
    grace = int(auth_client.policy("cache_grace") or USUAL_GRACE)
    applies_only(grace > 1, f"{auth_client.name} declares cache_grace = {grace}")
    long = auth_provider.access_token_lifetime
    auth_client.login()
    # Within the grace period from the start, and not yet expired when the last command runs.
    auth_provider.access_token_lifetime = grace - 1
    first = auth_client.use_cached()
    must_succeed(first)
    if not requests(first, "token"):
        # What it used is the token of the sign-in, so that one has to be about to expire.
        first = auth_client.login()
    # A client that is given nothing but short-lived tokens may fetch one after the other.
    auth_provider.access_token_lifetime = long
    cached = {secret.value for secret in auth_provider.secrets if secret.kind == "access_token"}
    second = auth_client.use_cached()
    must_succeed(second)
    used = requests(second, *RESOURCES)
    after = used[-1].monotonic - first.exchanges[-1].monotonic if used else 0.0
    served = any(call.bearer in cached for call in used)
    assert not served, f"Expected: a new token is used\nActual:   the cached one, {after:.1f} s later"
    if not used or after >= grace - 1:
        raise CannotTell(f"the second command came after {after:.1f} s, when the cached token had expired")
