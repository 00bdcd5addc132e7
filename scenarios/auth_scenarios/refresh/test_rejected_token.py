"""Access tokens that the API refuses before their time (RFC 6750 3.1): a refresh mends that, once."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    RESOURCES,
    applies_only,
    applies_where_changed,
    exposed,
    must,
    must_explain,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, MissingMember
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.errors import LoginFailed

REFRESHES = 2
"""How often a command may refresh for the sake of one API that goes on refusing: google-auth has two tries."""


@scenario(
    "RFC 6750 3.1",
    "The access token provided is expired, revoked, malformed, or invalid for other reasons. [...] The client MAY "
    "request a new access token and retry the protected resource request. In our words: who has a refresh token does "
    "so, before a person is troubled, and does not go on for ever.",
    harm="A command fails, or asks to sign in, each time a token dies early, though one refresh would have mended it.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
@pytest.mark.parametrize("heals", [True, False], ids=["heals", "goes-on"])
def test_401_refreshes_once(auth_provider: Provider, auth_client: Client, heals: bool) -> None:
    """A token that the API refuses before its time is refreshed, and the call made again; if that fails, it is said."""
    auth_client.login(expired="api" if heals else False)
    if heals:
        outcome = auth_client.use()
        _must_have_been_refused(auth_client, outcome)
        must_succeed(outcome)
        must_request_at_most(outcome, "token", grant="refresh_token")
        return
    with auth_provider.failing(ErrorAnswer("invalid_token", 401), at=RESOURCES):
        outcome = auth_client.use()
    _must_have_been_refused(auth_client, outcome)
    must_explain(outcome)
    must_request_at_most(outcome, "token", grant="refresh_token", times=REFRESHES)


@scenario(
    "RFC 6749 5.1; RFC 6750 3.1",
    "If omitted, the authorization server SHOULD provide the expiration time via other means or document the default "
    "value. [...] The client MAY request a new access token and retry the protected resource request. In our words: a "
    "token of unknown age is used until the API refuses it, and refreshed then.",
    harm="At a provider that tells no lifetime every session ends after an hour, and only signing in anew helps.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
    signs_in=True,
)
def test_401_refreshes_a_token_of_unknown_age(auth_provider: Provider, auth_client: Client) -> None:
    """Where no lifetime is told, the refusal of the API is what makes a client refresh."""
    with auth_provider.failing(MissingMember("expires_in"), at="token", optional=True) as armed:
        _sign_in_or_skip(auth_client)
    applies_where_changed(auth_provider, auth_client, armed.fired, "expires_in")
    outcome = auth_client.use()
    told = requests(outcome, "token", grant="refresh_token")
    if not told:  # whoever refreshes what it knows no age of needs no refusal
        _must_have_been_refused(auth_client, outcome)
    must(told, "a token of unknown age is refreshed, at the latest when the API refuses it", "there was no refresh")
    must_succeed(outcome)


def _sign_in_or_skip(client: Client) -> None:
    """Sign in, with a token that the API refuses from then on; skip the contract for a client that cannot.

    It takes no token of unknown age, which refresh/odd-expires-in is about.
    """
    try:
        client.login(expired="api")
    except LoginFailed:
        applies_only(False, f"{client.name} signs in with no token of unknown age: see refresh/odd-expires-in")


def _must_have_been_refused(client: Client, outcome: Outcome) -> None:
    """Require proof that the API refused the token that the client believed in.

    The contract does not apply to a client that refreshes whatever it has before it calls, and so is never refused.
    """
    calls = requests(outcome, *RESOURCES)
    refused = [e for e in calls if e.status == 401]
    refreshed = [e for e in requests(outcome, "token", grant="refresh_token") if calls and e.number < calls[0].number]
    told = f"{client.name} refreshes a token that is good, which refresh/no-refresh-while-valid tells of"
    applies_only(bool(refused) or not refreshed, told)
    exposed(client, refused, "the API refused the token that it believed in", "the API refused no token of its")
