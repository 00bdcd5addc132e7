"""Whose a cached token is, and for what: another user, another session and other options get another one."""

from __future__ import annotations

from auth_scenarios.cache.derived import cache_derived, last_call
from auth_scenarios.verify import must, must_succeed
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: a token that was derived from the session of one user is never used for another one.",
    harm="After a colleague has signed in, commands act in the name of the user before.",
    level="SHOULD",
    needs={"use_cached"},
)
def test_isolated_per_identity(auth_provider: Provider, auth_client: Client) -> None:
    """After another user has signed in, no token that was cached for the first one is used."""
    auth_client.login()
    derived = cache_derived(auth_client)
    auth_provider.user.approves(auth_provider.people.new())
    auth_client.login()
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    auth_client.exposure.add("another user signed in while a token of the first one was cached")
    must(last_call(outcome).bearer != derived.token, "a token of the second user", "that of the first user was used")


@scenario(
    "custom among command-line tools",
    "In our words: a login ends the session before, and what was derived from it ends with it.",
    harm="Signing in again, as for a role that was added, changes nothing until the cache has expired.",
    level="SHOULD",
    needs={"use_cached"},
)
def test_login_replaces_derived_credentials(auth_client: Client) -> None:
    """After the same user has signed in again, a token that was cached before is not used."""
    auth_client.login()
    derived = cache_derived(auth_client)
    auth_client.login()
    outcome = auth_client.use_cached()
    must_succeed(outcome)
    auth_client.exposure.add("signed in again while a token of the session before was cached")
    must(last_call(outcome).bearer != derived.token, "a token of the new session", "that of the old session was used")


@scenario(
    "custom among command-line tools",
    "In our words: whatever decides which token is wanted, as an audience, a scope or a stack, is part of the key.",
    harm="A command for one environment is sent with the token of another, and is refused, or does it there.",
    level="SHOULD",
    needs={"use_cached", "use_cached_other"},
)
def test_keyed_by_all_options(auth_client: Client) -> None:
    """A command whose options ask for another token does not get the one that is cached for other options."""
    auth_client.login()
    derived = cache_derived(auth_client)
    outcome = auth_client.run("use_cached_other")
    must_succeed(outcome)
    auth_client.exposure.add("a token for other options was cached")
    must(
        last_call(outcome).bearer != derived.token, "a token for these options", "the cached one, for others, was used"
    )
    again = auth_client.use_cached()
    must_succeed(again)
    own = last_call(again).bearer != last_call(outcome).bearer
    must(own, "a token for the first options", "the one that was cached last, for others, was used")
