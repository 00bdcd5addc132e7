"""How long a cached token is used, for clients that say so (policy `cache_ttl`)."""

from __future__ import annotations

from auth_scenarios.cache.derived import cache_derived, last_call
from auth_scenarios.verify import applies_only, exposed, must, must_succeed
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: a cache that its user has turned off is neither written nor read.",
    harm="Who has turned the cache off, as on a shared machine, finds tokens on the disk all the same.",
    level="SHOULD",
    promised_by={"cache_ttl": ""},
    needs={"use_cached"},
)
def test_ttl_zero_disables(auth_client: Client) -> None:
    """With a cache that is turned off, each command fetches a token of its own, and no file holds it."""
    applies_only(auth_client.policies.offers("cache_ttl", "0"), f"{auth_client.name} cannot turn its cache off")
    auth_client.login()
    without = auth_client.policies.switched("cache_ttl", "0")
    derived = cache_derived(without)
    auth_client.exposure.add("its cache was turned off")
    must(not derived.files, "no file holds the token", ", ".join(path.name for path in derived.files))
    outcome = without.use_cached()
    must_succeed(outcome)
    must(last_call(outcome).bearer != derived.token, "a token of its own for each command", "a cached one was used")


@scenario(
    "custom among command-line tools",
    "In our words: a token is used from the cache for as long as was said, though it may live longer.",
    harm="A right that was taken away, or given, shows hours later than the documentation promises.",
    level="SHOULD",
    promised_by={"cache_ttl": ""},
    needs={"use_cached"},
)
def test_ttl_bounds_age(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token that is older than the declared `cache_ttl` is not used, however long it lives."""
    kept = float(auth_client.policies["cache_ttl"] or 0)
    applies_only(kept > 0, f"{auth_client.name} does not say for how long it uses a token from its cache")
    applies_only(auth_client.clock.can_be_moved, f"the clock of {auth_client.name} cannot be moved")
    auth_client.login()
    derived = cache_derived(auth_client)
    ends = max(token.expires_at for token in auth_provider.store.access_tokens.values())
    auth_client.clock.advance(kept + 1)
    left = ends - auth_provider.clock.now()
    exposed(
        auth_client, left > 60, f"a token was cached {kept + 1:g} s ago and lives {left:.0f} s more", "it has expired"
    )
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    must(last_call(outcome).bearer != derived.token, "a new token is used", f"one that was cached {kept + 1:g} s ago")
