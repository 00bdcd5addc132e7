"""Polling the token endpoint during a device login (RFC 8628 3.4, 3.5): how often, and what an answer may look like."""

from __future__ import annotations

import pytest

from auth_scenarios.device.polls import applies_to_who_goes_on, must_be_no_sign_in, must_pause, polls_of
from auth_scenarios.verify import (
    applies_only,
    applies_where_changed,
    applies_where_told,
    must_succeed,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import (
    Body,
    ErrorAnswer,
    Fault,
    HtmlPage,
    MissingMember,
    RateLimited,
    Reset,
    WrongMember,
)
from pytest_auth_provider import Client, scenario


@scenario(
    "review of the OSA device flow",
    "If a WAF, reverse-proxy, or the server itself returns a non-JSON body (e.g., an HTML error page) for either "
    "response code, [...] The polling loop exits with an unhandled traceback instead of a graceful failure message.",
    harm="A gateway answers once in the provider's place, and the sign-in ends without a word on what to do.",
    level="SHOULD",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("page", [pytest.param(HtmlPage(200), id="200"), pytest.param(HtmlPage(400), id="400")])
def test_poll_non_json(auth_provider: Provider, auth_client: Client, page: Fault) -> None:
    """A poll answered with a page instead of JSON ends in a message, nothing stored; or the next poll is made."""
    with auth_provider.failing(page, at="token", grant="device_code", times=1):
        outcome = sign_in_by_device(auth_client)
    must_be_no_sign_in(auth_client, outcome)


INTERVAL = 1.0
"""Seconds between two polls that the client is told at first: its own usual interval of five is no slowing down."""
SLOW_DOWN = 5.0
DEFAULT_INTERVAL = 5.0
"""Seconds between two polls for a client that is told nothing (RFC 8628 3.2)."""
SHORTEST = 0.04
"""Seconds: polls that follow each other faster are a tight loop. A pause of 0 is a storm even at an interval of 0."""
ASKED = 4
"""Seconds that the client is asked to wait by a Retry-After: more than its interval."""


@scenario(
    "RFC 8628 3.5",
    'A variant of "authorization_pending", the authorization request is still pending and polling should continue, but '
    "the interval MUST be increased by 5 seconds for this and all subsequent requests.",
    harm="The provider throttles or blocks the tool for polling too fast, and nobody can sign in while it does.",
    origin="OSA's device flow",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_slow_down_adds_five_seconds(auth_provider: Provider, auth_client: Client) -> None:
    """A client told to slow down waits five seconds longer before its next poll, and before every later one."""
    applies_where_told(auth_provider, auth_client, "slow_down")
    auth_provider.user.script("pending", "slow_down", "pending", "approve")
    outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told="told to slow down", at_least=INTERVAL + SLOW_DOWN)


@scenario(
    "RFC 8628 3.5",
    "the interval MUST be increased by 5 seconds for this and all subsequent requests. In our words: by another five "
    "each time that it is asked for.",
    harm="A provider that is under load asks twice for a slower pace, is obeyed once, and locks the tool out.",
    level="SHOULD",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_slow_down_adds_up(auth_provider: Provider, auth_client: Client) -> None:
    """A client told to slow down twice waits ten seconds longer than at first."""
    applies_where_told(auth_provider, auth_client, "slow_down")
    auth_provider.user.script("slow_down", "slow_down", "approve")
    outcome = sign_in_by_device(auth_client)
    applies_to_who_goes_on(auth_client, outcome, told=1)
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told="told to slow down twice", at_least=INTERVAL + 2 * SLOW_DOWN)


@scenario(
    "RFC 8628 3.5",
    "the interval MUST be increased by 5 seconds for this and all subsequent requests. In our words: also where the "
    "same answer names an interval that is shorter.",
    harm="A number in the wrong place makes the tool poll faster just when it was asked to slow down.",
    level="SHOULD",
    provider={"device_interval": 3 * INTERVAL},
    profile={"sign_in": "device"},
)
def test_slow_down_never_shortens(auth_provider: Provider, auth_client: Client) -> None:
    """An `interval` that comes with `slow_down` does not make the pause shorter than the five seconds more."""
    applies_where_told(auth_provider, auth_client, "slow_down")
    told = ErrorAnswer("slow_down", extra={"interval": INTERVAL})
    auth_provider.user.script("pending", "approve")
    with auth_provider.failing(told, at="token", grant="device_code", after=1, times=1):
        outcome = sign_in_by_device(auth_client)
    applies_to_who_goes_on(auth_client, outcome, told=2)
    must_succeed(outcome)
    expected = 3 * INTERVAL + SLOW_DOWN
    must_pause(auth_client, outcome, after=2, told="told to slow down, with a shorter interval", at_least=expected)


@scenario(
    "RFC 8628 3.2",
    "The minimum amount of time in seconds that the client SHOULD wait between polling requests to the token endpoint. "
    "If no value is provided, clients MUST use 5 as the default.",
    harm="The provider takes the tool for an attack and blocks it, while people are still typing their code.",
    provider={"device_interval": 0},
    profile={"sign_in": "device"},
)
def test_default_interval_is_5s(auth_provider: Provider, auth_client: Client) -> None:
    """A client that is told no interval waits five seconds between two polls."""
    auth_provider.user.script("pending", "pending", "approve")
    with auth_provider.failing(MissingMember("interval"), at="device_authorization", optional=True):
        outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told="told no interval", at_least=DEFAULT_INTERVAL)


@scenario(
    "RFC 8628 3.2",
    "The minimum amount of time in seconds that the client SHOULD wait between polling requests to the token endpoint. "
    "In our words: an interval that is no such number brings no storm of polls, and no error of the client's own; a "
    "client may refuse it, with a message.",
    harm="One odd number in an answer, and the tool polls as fast as it can, or dies of an error of its own making.",
    level="SHOULD",
    provider={"device_interval": 0},
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize(
    "interval",
    [
        pytest.param(-1, id="negative"),
        pytest.param("1", id="text"),
        pytest.param("", id="empty"),
        pytest.param(None, id="null"),
        pytest.param(0.5, id="fraction"),
    ],
)
def test_odd_interval(auth_provider: Provider, auth_client: Client, interval: object) -> None:
    """An odd interval is taken for some sensible one, or refused with a message: it leads to no tight loop of polls."""
    auth_provider.user.script("pending", "pending", "approve")
    with auth_provider.failing(WrongMember("interval", interval), at="device_authorization", optional=True) as armed:
        outcome = sign_in_by_device(auth_client)
    applies_where_changed(auth_provider, auth_client, armed.fired, "interval")
    if not outcome.ok and not outcome.crash:
        must_be_no_sign_in(auth_client, outcome)
        return
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told=f"told the interval {interval!r}", at_least=SHORTEST)


@scenario(
    "RFC 8628 3.5; RFC 9110 15.6.4",
    "On encountering a connection timeout, clients MUST unilaterally reduce their polling frequency before retrying. "
    "[...] The 503 (Service Unavailable) status code indicates that the server is currently unable to handle the "
    "request due to a temporary overload or scheduled maintenance, [...] In our words: a poll that meets such a "
    "failure is waited out, not faster than before. No OAuth error is in it: at one that it does not know, a client "
    "has to stop.",
    harm="A provider that stumbles for a second ends the sign-in, after the user has typed the code.",
    level="SHOULD",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Body("", 503, "text/plain"), id="503"),
        pytest.param(HtmlPage(502), id="html-502"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_backs_off_on_5xx(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A poll that meets a failing provider is no end: the login goes on, at its pace or slower, and succeeds."""
    auth_provider.user.script("pending", "approve")
    with auth_provider.failing(failure, at="token", grant="device_code", after=1, times=1):
        outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told="met a failing provider", at_least=INTERVAL)


@scenario(
    "RFC 9110 10.2.3",
    'Servers send the "Retry-After" header field to indicate how long the user agent ought to wait before making a '
    "follow-up request. In our words: the poll after one that is answered with 429 is such a request.",
    harm="A busy provider asks for a pause and gets none, until it locks everybody out who signs in.",
    level="SHOULD",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_429_with_retry_after(auth_provider: Provider, auth_client: Client) -> None:
    """A poll answered with 429 is repeated after as many seconds as the answer asks for.

    It may be the last one: a client has to stop at an error that it does not know (RFC 8628 3.5), as comes with it.
    """
    auth_provider.user.script("pending", "approve")
    with auth_provider.failing(RateLimited(retry_after=ASKED), at="token", grant="device_code", after=1, times=1):
        outcome = sign_in_by_device(auth_client)
    goes_on = outcome.ok or len(polls_of(outcome)) > 2
    applies_only(goes_on, f"{auth_client.name} ends a login whose poll is answered with an error that it does not know")
    must_succeed(outcome)
    must_pause(auth_client, outcome, after=2, told=f"asked to wait {ASKED} s", at_least=ASKED)
