"""Refreshes that failed for the moment: whether, how often and how soon they are tried again."""

from __future__ import annotations

from itertools import pairwise

import pytest

from auth_scenarios.sessions import must_not_storm
from auth_scenarios.verify import (
    REFRESH_TRIES,
    must,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import ServerError
from pytest_auth_provider import Client, scenario

ASKED = 3
"""Seconds that the client is asked to wait: more than the usual pause before a second try."""
TOLERANCE = 0.5
"""Seconds by which a pause may seem shorter on the wire: a client counts from when it read the answer."""


@scenario(
    "RFC 9110 15.6.4",
    "The 503 (Service Unavailable) status code indicates that the server is currently unable to handle the request due "
    "to a temporary overload or scheduled maintenance, which will likely be alleviated after some delay. In our words: "
    "so one such answer is no reason to give up.",
    harm="A second of overload at the provider breaks a build that would have gone through at the second try.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_bounded_retries(auth_provider: Provider, auth_client: Client) -> None:
    """A refresh that met one 503 is tried again within the same command, which succeeds."""
    auth_client.login(expired=True)
    with auth_provider.failing(ServerError(503), at="token", grant="refresh_token", times=1):
        outcome = auth_client.use()
    must_succeed(outcome)
    must_request_at_most(outcome, "token", grant="refresh_token", times=REFRESH_TRIES)


@scenario(
    "RFC 9110 10.2.3",
    'Servers send the "Retry-After" header field to indicate how long the user agent ought to wait before making a '
    "follow-up request.",
    harm="A provider that asks for a pause is asked again at once by every tool, and stays down for longer.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_honoured(auth_provider: Provider, auth_client: Client, status: int) -> None:
    """A client that is asked to wait before its next refresh waits as long, or makes none in this command."""
    auth_client.login(expired=True)
    with auth_provider.failing(ServerError(status, retry_after=ASKED), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    tries = requests(outcome, "token", grant="refresh_token")
    pauses = [later.monotonic - earlier.monotonic for earlier, later in pairwise(tries)]
    told = ", ".join(f"{pause:.1f} s" for pause in pauses)
    must(all(pause >= ASKED - TOLERANCE for pause in pauses), f"no other try for {ASKED} s", f"pauses of {told}")


@scenario(
    "RFC 9110 10.2.3",
    "A delay-seconds value is a non-negative decimal integer, representing time in seconds. In our words: whatever "
    "else stands there, or however long it is, the number of tries is bounded.",
    harm="One odd header turns every installation of the tool into a storm of requests.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(0, id="zero"),
        pytest.param("", id="empty"),
        pytest.param("-1", id="negative"),
        pytest.param("soon", id="word"),
        pytest.param("0.5", id="fraction"),
        pytest.param("Fri, 31 Dec 1999 23:59:59 GMT", id="past"),
    ],
)
def test_odd_retry_after(auth_provider: Provider, auth_client: Client, asked: int | str) -> None:
    """An odd Retry-After brings no storm of refreshes."""
    auth_client.login(expired=True)
    with auth_provider.failing(ServerError(503, retry_after=asked), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_not_storm(auth_provider, auth_client, outcome)
