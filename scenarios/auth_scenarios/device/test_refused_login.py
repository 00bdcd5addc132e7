"""Device logins that the provider refuses to complete (RFC 8628 3.5): each ends with a message, nothing stored."""

from __future__ import annotations

from auth_scenarios.verify import (
    applies_where_told,
    exposed,
    must_explain,
    must_hold_no_credentials,
    must_request,
    must_request_at_most,
    must_say,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8628 3.5",
    "access_denied: The authorization request was denied. [...] the client SHOULD stop polling.",
    origin="OSA's device flow",
)
def test_access_denied_stops(auth_provider: Provider, auth_client: Client) -> None:
    """A user who denies ends the login: no further poll, a message that says so, nothing stored."""
    applies_where_told(auth_provider, auth_client, "access_denied")
    auth_provider.user.script("pending", "deny")
    outcome = sign_in_by_device(auth_client)
    polls = requests(outcome, "token", grant="device_code")
    exposed(
        auth_client, len(polls) > 1, "a poll was told that the user denied", "no poll was told that the user denied"
    )
    must_explain(outcome)
    must_say(outcome, "denied")
    must_request(outcome, "token", grant="device_code", times=2)
    must_hold_no_credentials(auth_client)


@scenario(
    "review of the OSA device flow; RFC 6749 5.2",
    "Correct state-machine transitions (pending, authorized, consumed) and replay-prevention via unique device_code.",
    origin="OSA's device flow",
)
def test_consumed_code_is_an_error(auth_provider: Provider, auth_client: Client) -> None:
    """A device code that somebody else has used up ends the login with a message: no more polls, nothing stored."""
    with auth_provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_request_at_most(outcome, "token", grant="device_code", times=1)
    must_hold_no_credentials(auth_client)
