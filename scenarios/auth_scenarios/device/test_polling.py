"""Polling the token endpoint during a device login (RFC 8628 3.4, 3.5): how often, and what an answer may look like."""

from __future__ import annotations

from itertools import pairwise

import pytest

from auth_scenarios.verify import (
    applies_where_told,
    exposed,
    must,
    must_explain,
    must_hold_no_credentials,
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
    "response code, the polling loop exits with an unhandled traceback instead of a graceful failure message.",
    origin="OSA's device flow",
)
@pytest.mark.parametrize("page", [pytest.param(HtmlPage(200), id="200"), pytest.param(HtmlPage(400), id="400")])
def test_poll_non_json(auth_provider: Provider, auth_client: Client, page: Fault) -> None:
    """A poll answered with a page instead of JSON ends in a message: no traceback, nothing stored."""
    with auth_provider.failing(page, at="token", grant="device_code"):
        outcome = sign_in_by_device(auth_client)
    must_explain(outcome)
    must_hold_no_credentials(auth_client)


TOLERANCE = 0.1
"""Seconds by which a pause may seem shorter on the wire than the client made it."""


@scenario(
    "RFC 8628 3.5",
    "slow_down: a variant of authorization_pending, [...] the interval MUST be increased by 5 seconds for this and all "
    "subsequent requests.",
    origin="OSA's device flow",
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
    told = ", ".join(f"{pause:.1f} s" for pause in pauses)
    must(min(pauses) >= 5 - TOLERANCE, "at least 5 s between polls", told)
