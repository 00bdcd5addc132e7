"""Device logins that the provider refuses to complete (RFC 8628 3.5): each ends with a message, nothing stored."""

from __future__ import annotations

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_where_told,
    exposed,
    must_explain,
    must_not_say,
    must_request,
    must_request_at_most,
    must_tell,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8628 3.5",
    "The authorization request was denied. [...] If the client receives an error response with any other error code, "
    "it MUST stop polling and SHOULD react accordingly, for example, by displaying an error to the user.",
    harm="A user who says no in the browser finds the tool still waiting, or reads something else than what they did.",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
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
    must_tell(outcome, "denied")
    must_not_say(outcome, "expired", "signed_in")
    must_request(outcome, "token", grant="device_code", times=2)
    must_hold_no_credentials(auth_client)


@scenario(
    "RFC 8628 3.5; RFC 6749 5.2",
    "If the client receives an error response with any other error code, it MUST stop polling and SHOULD react "
    "accordingly, for example, by displaying an error to the user. [...] The provided authorization grant [...] or "
    "refresh token is invalid, expired, revoked, [...] In our words: a device code that is used up is such an invalid "
    "grant.",
    harm="The terminal waits for a sign-in that can never come, because somebody else has used the code.",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
)
def test_consumed_code_is_an_error(auth_provider: Provider, auth_client: Client) -> None:
    """A device code that somebody else has used up ends the login with a message: no more polls, nothing stored."""
    with auth_provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_not_say(outcome, "signed_in")
    must_request_at_most(outcome, "token", grant="device_code", times=1)
    must_hold_no_credentials(auth_client)
