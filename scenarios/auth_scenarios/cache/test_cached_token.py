"""Serving a token from the cache: nobody is asked while it is fresh, and it is never used when about to expire."""

from __future__ import annotations

from auth_scenarios.verify import (
    AUTH_ENDPOINTS,
    RESOURCES,
    CannotTell,
    ContractBroken,
    applies_only,
    exposed,
    must_not_request,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario

USUAL_GRACE = 5
"""Seconds of life that a cached token needs to have left, where the adapter declares nothing else."""
ATTEMPTS = 3


@scenario(
    "formancehq/fctl#116, review",
    "Returning a cached token with 1 second of validity remaining provides no grace period for clock skew, risking "
    "token expiration mid-request.",
    needs={"use_cached"},
    policy={"refresh": "refreshes"},
    origin="fctl's token cache",
)
def test_near_expiry_is_not_served(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token with less life left than the grace period is fetched anew before it is used."""
    grace = int(auth_client.policies["cache_grace"] or USUAL_GRACE)
    applies_only(grace > 1, f"{auth_client.name} declares cache_grace = {grace}")
    auth_client.login()
    # Within the grace period from the start, and not yet expired when the second command runs.
    lifetime = grace - 1
    for _ in range(ATTEMPTS):
        after = _seconds_until_another_is_used(auth_provider, auth_client, lifetime, grace)
        if after < lifetime:
            left = lifetime - after
            auth_client.exposure.add(f"the second command found a cached token with {left:.1f} s left to live")
            return
        # The client or this machine is slower than that: give the next token the time this one would have needed.
        lifetime = int(after) + 2
    raise CannotTell(f"the second command came after {after:.1f} s, when the cached token had expired")


def _seconds_until_another_is_used(provider: Provider, client: Client, lifetime: int, grace: int) -> float:
    """Have a token of `lifetime` seconds cached, then return after how many seconds another one is used at the API.

    Fails where the cached one is used within its grace period of `grace` seconds, and raises `CannotTell` where that
    cannot be seen.
    """
    long = provider.access_token_lifetime
    provider.access_token_lifetime = lifetime
    first = client.use_cached()
    must_succeed(first)
    if not requests(first, "token"):
        # It used the token of the sign-in, so a sign-in has to yield the one that is about to expire.
        first = client.login()
    # Were every token short-lived, a client might have to fetch one after the other.
    provider.access_token_lifetime = long
    cached = {secret.value for secret in provider.secrets if secret.kind == "access_token"}
    second = client.use_cached()
    must_succeed(second)
    used = requests(second, *RESOURCES)
    if not used:
        raise CannotTell("the second command sent no token to the API")
    after = used[-1].monotonic - first.exchanges[-1].monotonic
    if any(call.bearer in cached for call in used):
        if lifetime > grace:
            raise CannotTell(f"the cached token was used {after:.1f} s later, perhaps before its grace period began")
        raise ContractBroken("a new token is used", f"the cached one, {after:.1f} s later")
    return after


@scenario(
    "formancehq/fctl#116",
    "With a warm cache, stack commands make zero auth network calls.",
    needs={"use_cached"},
    origin="fctl's token cache",
)
def test_warm_cache_makes_no_auth_requests(auth_client: Client) -> None:
    """A command that finds a fresh token in its cache calls the API and nobody else."""
    auth_client.login()
    must_succeed(auth_client.use_cached())
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    exposed(
        auth_client,
        requests(outcome, *RESOURCES),
        "the second command called the API with a cached token",
        "the second command did not call the API, so it needed no token",
    )
    must_not_request(outcome, *AUTH_ENDPOINTS)
