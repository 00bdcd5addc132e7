"""A cache that cannot be read, written or relied on: it is a convenience, never a condition."""

from __future__ import annotations

import pytest

from auth_scenarios.cache.derived import cache_derived, last_call, own_files
from auth_scenarios.verify import RESOURCES, applies_only, exposed, must, must_explain, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, ServerError
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.clients.disk import Damage


@scenario(
    "custom among command-line tools",
    "In our words: a cache that cannot be written costs a request more, and nothing else.",
    harm="On a machine with a read-only cache directory, as in a container, no command works.",
    level="SHOULD",
    needs={"use_cached"},
)
def test_unwritable_cache_is_best_effort(auth_client: Client) -> None:
    """A command that cannot write its cache succeeds all the same."""
    auth_client.login()
    files = own_files(auth_client, cache_derived(auth_client))
    damage = Damage.do("read_only", files)
    for path in files:
        path.write_bytes(b"")  # so that there is something to cache; an owner who is root may
    outcome = auth_client.disk.confined().use_cached()
    damage.allow_writing()
    asked = requests(outcome, "token") or not outcome.ok
    exposed(auth_client, asked, "its cache was empty and read-only", "it had a token to use all the same")
    must_succeed(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: a cache that cannot be read is an empty one.",
    harm="One damaged file of a cache, which nobody knows of, makes every command fail.",
    level="SHOULD",
    needs={"use_cached"},
)
@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_corrupt_cache_is_a_miss(auth_client: Client, damage: str) -> None:
    """A command that finds its cache cut short, empty or another program's fetches a new token and succeeds."""
    auth_client.login()
    Damage.do(damage, own_files(auth_client, cache_derived(auth_client)))
    outcome = auth_client.use_cached()
    auth_client.exposure.add(f"its cache was {damage}")
    must_succeed(outcome)
    must(last_call(outcome).status < 400, "a token that the API accepts", f"{last_call(outcome).line}")


@scenario(
    "RFC 6750 3.1",
    "The access token provided is expired, revoked, malformed, or invalid for other reasons. In our words: a cached "
    "token that the API has refused is not used by the next command.",
    harm="A token that was revoked fails command after command, until it would have expired by itself.",
    level="SHOULD",
    needs={"use_cached"},
)
def test_401_invalidates_the_cached_token(auth_provider: Provider, auth_client: Client) -> None:
    """A cached token that the API has refused once is not sent by the next command."""
    auth_client.login()
    derived = cache_derived(auth_client)
    with auth_provider.failing(ErrorAnswer("invalid_token", 401), at=RESOURCES, times=1):
        outcome = auth_client.use_cached()
    refused = requests(outcome, *RESOURCES)[0].bearer == derived.token
    exposed(auth_client, refused, "the API refused the cached token", "it was not the cached token that was refused")
    following = auth_client.use_cached()
    must_succeed(following)
    sent = [call.line for call in requests(following, *RESOURCES) if call.bearer == derived.token]
    must(not sent, "the refused token is not used again", "".join(sent[:1]))


@scenario(
    "custom among command-line tools",
    "In our words: an exchange that failed is told, and nothing of it is kept.",
    harm="One refused exchange makes every command fail, long after the reason for it is gone.",
    level="SHOULD",
    needs={"use_cached"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("invalid_grant", 401), id="401"),
        pytest.param(ErrorAnswer("access_denied", 403), id="403"),
        pytest.param(ServerError(500), id="500"),
    ],
)
def test_failed_exchange_is_not_cached(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """An exchange that the provider refuses or fails at ends in a message, and the next command works."""
    auth_client.login()
    grant = "jwt_bearer"
    with auth_provider.failing(failure, at="token", grant=grant, optional=True) as armed:
        outcome = auth_client.use_cached()
    applies_only(bool(armed.fired), f"{auth_client.name} trades no token for another (RFC 7523)")
    must_explain(outcome)
    must_succeed(auth_client.use_cached())
