"""Polling the token endpoint during a device login (RFC 8628 3.4, 3.5): how often, and what an answer may look like."""

from __future__ import annotations

from itertools import pairwise

import pytest

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_where_told,
    exposed,
    must,
    must_explain,
    must_not_say,
    must_succeed,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import Fault, HtmlPage
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
    if outcome.ok and len(requests(outcome, "token", grant="device_code")) > 1:
        must(auth_client.holds_credentials(), "a login that succeeds stores its tokens", "no file holds any")
    else:
        must_explain(outcome)
        must_not_say(outcome, "signed_in")
        must_hold_no_credentials(auth_client)


INTERVAL = 1.0
"""Seconds between two polls that the client is told at first: its own usual interval of five is no slowing down."""
SLOW_DOWN = 5.0
TOLERANCE = 0.5
"""Seconds by which a pause may seem shorter on the wire: a client counts from when it sent, we from when it arrived."""


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
    auth_provider.user.script("slow_down", "pending", "approve")
    outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)
    polls = requests(outcome, "token", grant="device_code")
    exposed(
        auth_client,
        len(polls) >= 3,
        f"told to slow down after the first of {len(polls)} polls",
        f"it polled {len(polls)} times only, too few to see how it slows down",
    )
    pauses = [later.monotonic - earlier.monotonic for earlier, later in pairwise(polls)]
    told, expected = ", ".join(f"{pause:.1f} s" for pause in pauses), INTERVAL + SLOW_DOWN
    must(min(pauses) >= expected - TOLERANCE, f"at least {expected:g} s between polls", told)
