"""Serving a token from the cache: nobody is asked while it is fresh, and it is never used when about to expire."""

from __future__ import annotations

from auth_scenarios.verify import (
    AUTH_ENDPOINTS,
    RESOURCES,
    CannotTell,
    ContractBroken,
    exposed,
    must,
    must_not_request,
    must_succeed,
    requests,
)
from fakeprovider import Exchange, Provider
from pytest_auth_provider import Client, scenario

ATTEMPTS = 3


@scenario(
    "formancehq/fctl#116, review",
    "[...] returning a cached token with 1 second of validity remaining [...] provides no grace period for clock skew, "
    "risking token expiration mid-request.",
    harm="A command fails now and then with a 401 that nobody can reproduce, because its token expired on the way.",
    level="SHOULD",
    promised_by={"cache_grace": ""},
    needs={"use_cached"},
    policy={"refresh": "refreshes"},
    origin="fctl's token cache",
    signs_in=True,
)
def test_near_expiry_is_not_served(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token that has expired, or has less life left than a declared grace period, is not used."""
    grace = int(auth_client.policies["cache_grace"] or 0)
    if grace <= 1:
        _must_not_serve_what_has_expired(auth_provider, auth_client)
        return
    if auth_client.clock.can_be_moved and _lifetime_in_cache(auth_client) > 2 * grace:
        left = _left_by_moved_clock(auth_provider, auth_client, grace)
    else:
        left = _left_by_real_time(auth_provider, auth_client, grace)
    auth_client.exposure.add(f"the second command found a cached token with {left:.1f} s left to live")


def _lifetime_in_cache(client: Client) -> float:
    """Return a lifetime in seconds that is not longer than the client keeps anything in its cache."""
    kept, usual = float(client.policies["cache_ttl"] or 0), client.provider.access_token_lifetime
    return min(kept, usual) if kept else usual


def _left_by_moved_clock(provider: Provider, client: Client, grace: int) -> float:
    """Move the clocks into the grace period of a cached token; return how long it still lived when another was used.

    Raises `CannotTell` for a client that is too slow for its grace period.
    """
    usual, lifetime = provider.access_token_lifetime, _lifetime_in_cache(client)
    at_start = grace - 1.0
    for _ in range(ATTEMPTS):
        provider.access_token_lifetime = lifetime
        client.login()
        must_succeed(client.use_cached())
        provider.access_token_lifetime = usual
        cached = _issued(provider)
        ends = max(token.expires_at for token in provider.store.access_tokens.values())
        client.clock.advance(ends - provider.clock.now() - at_start)
        used = _calls_of_the_next(client)
        left = ends - used[-1].at
        if any(call.bearer in cached for call in used):
            if at_start > grace:
                raise CannotTell("the cached token was used, perhaps before its grace period began")
            raise ContractBroken("a new token is used", f"the cached one, {left:.1f} s before its end")
        if left > 0:
            return left
        # The client or this machine is slower than that: leave the next token the time this one would have needed.
        at_start += 2 - left
    raise CannotTell("the second command came when the cached token had expired, every time")


def _left_by_real_time(provider: Provider, client: Client, grace: int) -> float:
    """Have tokens cached that end soon; return how long one still lived when another was used. Raises `CannotTell`."""
    client.login()
    # Within the grace period from the start, and not yet expired when the second command runs.
    lifetime = grace - 1
    for _ in range(ATTEMPTS):
        after = _seconds_until_another_is_used(provider, client, lifetime, grace)
        if after < lifetime:
            return lifetime - after
        # The client or this machine is slower than that: give the next token the time this one would have needed.
        lifetime = int(after) + 2
    raise CannotTell(f"the second command came after {after:.1f} s, when the cached token had expired")


def _must_not_serve_what_has_expired(provider: Provider, client: Client) -> None:
    """Require that a cached token which has expired is replaced: all that is asked where no grace is declared.

    Whether the client looks at its clock, or learns it from the API, is its own choice.
    """
    client.login()
    with client.clock.let_tokens_expire():
        if not requests(client.use_cached(), "token"):
            client.login()  # it used the token of the sign-in
    expired = {secret.value for secret in provider.secrets if secret.kind == "access_token"}
    outcome = client.use_cached()
    must_succeed(outcome)
    used = requests(outcome, *RESOURCES)
    exposed(
        client,
        used,
        f"a cached token had expired; {client.name} declares no cache_grace, so no more was asked",
        "the second command sent no token to the API",
    )
    last = used[-1]
    must(last.bearer not in expired, "a new token is used in the end", f"one that has expired: {last.line}")


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
    cached = _issued(provider)
    used = _calls_of_the_next(client)
    after = used[-1].monotonic - first.exchanges[-1].monotonic
    if any(call.bearer in cached for call in used):
        if lifetime > grace:
            raise CannotTell(f"the cached token was used {after:.1f} s later, perhaps before its grace period began")
        raise ContractBroken("a new token is used", f"the cached one, {after:.1f} s later")
    return after


def _issued(provider: Provider) -> set[str]:
    return {secret.value for secret in provider.secrets if secret.kind == "access_token"}


def _calls_of_the_next(client: Client) -> tuple[Exchange, ...]:
    """Run `use_cached` and return its calls of the API. Raises `CannotTell` where there are none."""
    second = client.use_cached()
    must_succeed(second)
    used = requests(second, *RESOURCES)
    if not used:
        raise CannotTell("the second command sent no token to the API")
    return used


@scenario(
    "formancehq/fctl#116",
    "With a warm cache, stack commands make zero auth network calls.",
    harm=(
        "Every command waits for the provider, and a script that runs many of them is slow, throttled, or fails with "
        "the provider."
    ),
    level="SHOULD",
    promised_by={"cache_ttl": ""},
    needs={"use_cached"},
    origin="fctl's token cache",
    signs_in=True,
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
