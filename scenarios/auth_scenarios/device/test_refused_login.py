"""Device logins that the provider refuses to complete (RFC 8628 3.5): each ends, says why, and stores nothing."""

from __future__ import annotations

import pytest

from auth_scenarios.device.polls import polls_of
from auth_scenarios.stored import must_hold_no_credentials, must_still_hold
from auth_scenarios.verify import (
    applies_only,
    applies_where_told,
    exposed,
    is_granted,
    must,
    must_explain,
    must_fail,
    must_not_say,
    must_request,
    must_request_at_most,
    must_succeed,
    must_tell,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Hold
from pytest_auth_provider import Client, scenario

LIFETIME = 4
"""Seconds that a code lives in a contract that waits for its end."""
LATE = 2.0
"""Seconds past it in which a last poll may come."""


@scenario(
    "RFC 8628 3.5",
    "The authorization request was denied. [...] If the client receives an error response with any other error code, "
    "it MUST stop polling and SHOULD react accordingly, for example, by displaying an error to the user.",
    harm="A user who says no in the browser finds the tool still waiting, or signed in all the same.",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
)
def test_access_denied_stops(auth_provider: Provider, auth_client: Client) -> None:
    """A user who denies ends the login: no further poll, nothing stored."""
    applies_where_told(auth_provider, auth_client, "access_denied")
    auth_provider.user.script("pending", "deny")
    outcome = sign_in_by_device(auth_client)
    polls = requests(outcome, "token", grant="device_code")
    exposed(
        auth_client, len(polls) > 1, "a poll was told that the user denied", "no poll was told that the user denied"
    )
    must_fail(outcome)
    must_not_say(outcome, "signed_in")
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


@scenario(
    "RFC 8628 3.5",
    'The "device_code" has expired, and the device authorization session has concluded. [...] If the client receives '
    "an error response with any other error code, it MUST stop polling and SHOULD react accordingly, for example, by "
    "displaying an error to the user.",
    harm="The terminal waits on for a code that nobody can use any more.",
    profile={"sign_in": "device"},
)
def test_expired_token_stops(auth_provider: Provider, auth_client: Client) -> None:
    """A code that has expired at the provider ends the login: no further poll, nothing stored."""
    applies_where_told(auth_provider, auth_client, "expired_token")
    auth_provider.user.script("pending", "expire")
    outcome = sign_in_by_device(auth_client)
    polls = requests(outcome, "token", grant="device_code")
    exposed(auth_client, len(polls) > 1, "a poll was told that the code expired", "no poll was told so")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")
    must_request(outcome, "token", grant="device_code", times=2)
    must_hold_no_credentials(auth_client)


@scenario(
    "RFC 8628 3.5",
    "If the client receives an error response with any other error code, it MUST stop polling and SHOULD react "
    "accordingly, for example, by displaying an error to the user. In our words: the error that it was.",
    harm="A user who says no in the browser reads that the code has expired, or nothing at all.",
    level="SHOULD",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize(("ending", "code"), [("deny", "access_denied"), ("expire", "expired_token")])
def test_refusal_is_told_as_it_is(auth_provider: Provider, auth_client: Client, ending: str, code: str) -> None:
    """A login that was denied says so, and one whose code has expired says why it ended; neither says the other."""
    applies_where_told(auth_provider, auth_client, code)
    auth_provider.user.script("pending", ending)
    outcome = sign_in_by_device(auth_client)
    exposed(auth_client, len(polls_of(outcome)) > 1, f"a poll was told {code}", f"no poll was told {code}")
    must_explain(outcome)
    if ending == "deny":
        must_tell(outcome, "denied")
    must_not_say(outcome, "expired" if ending == "deny" else "denied")


@scenario(
    "RFC 8628 3.2",
    'REQUIRED. The lifetime in seconds of the "device_code" and "user_code". In our words: once it is over, a client '
    "stops by itself, whatever the provider goes on to answer.",
    harm="A forgotten terminal polls the provider for days.",
    level="SHOULD",
    provider={"device_interval": 1, "device_code_lifetime": LIFETIME},
    profile={"sign_in": "device"},
)
def test_local_expiry_stops(auth_provider: Provider, auth_client: Client) -> None:
    """A code that has outlived its lifetime ends the login, though the provider still calls it pending."""
    applies_where_told(auth_provider, auth_client, "authorization_pending")
    with auth_provider.failing(ErrorAnswer("authorization_pending"), at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    polls = requests(outcome, "token", grant="device_code")
    (began, *_) = requests(outcome, "device_authorization")
    ends = f"{auth_client.name} ends at an answer that says pending as RFC 8628 does, and not as its own provider does"
    applies_only(len(polls) != 1, ends)
    exposed(auth_client, polls, f"it was told {len(polls)} times that nobody had decided", "it never polled")
    must_explain(outcome)
    must_not_say(outcome, "denied", "signed_in")
    late = max(poll.monotonic - began.monotonic for poll in polls)
    must(late <= LIFETIME + LATE, f"no poll after the {LIFETIME} s that the code lives", f"a poll {late:.1f} s later")
    must_hold_no_credentials(auth_client)


@scenario(
    "custom among command-line tools",
    "In our words: whoever is signed in stays so until another sign-in has succeeded.",
    harm="Whoever tries to sign in with another account, and changes their mind, has lost the first one.",
    level="SHOULD",
    needs={"use"},
    profile={"sign_in": "device"},
    signs_in=True,
)
@pytest.mark.parametrize("ending", ["deny", "expire"])
def test_failed_login_keeps_old_credentials(auth_provider: Provider, auth_client: Client, ending: str) -> None:
    """A login that is denied or expires leaves the session alone that was there before it."""
    auth_client.login()
    stored = auth_client.credentials()
    auth_provider.user.script("pending", ending)
    outcome = sign_in_by_device(auth_client)
    begun = requests(outcome, "device_authorization")
    applies_only(bool(begun), f"{auth_client.name} begins no login while somebody is signed in")
    refused = [poll for poll in requests(outcome, "token", grant="device_code") if not is_granted(poll)]
    exposed(auth_client, len(refused) > 1, "a second login was refused", "no second login was refused")
    must_still_hold(auth_client, stored)
    auth_client.restart()
    must_succeed(auth_client.use())


@scenario(
    "custom among command-line tools",
    "In our words: Ctrl-C ends a login that waits, at once, and nothing is left of it.",
    harm="Ctrl-C does not stop the tool, or leaves a session behind that its user has just decided against.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
def test_interrupt_leaves_nothing(auth_provider: Provider, auth_client: Client) -> None:
    """A login that is interrupted while it waits ends with a failure, and stores nothing."""
    poll = Hold(seconds=auth_client.adapter.timeout)
    with auth_provider.failing(poll, at="token", grant="device_code", times=1, optional=True):
        running = auth_client.start("login")
        waits = poll.wait_for_arrival(auth_client.adapter.timeout)
        running.interrupt()
        outcome = running.wait()
    applies_only(waits, f"{auth_client.name} does not sign in by the device flow")
    auth_client.exposure.add("interrupted while it polled")
    must_fail(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(auth_client)
