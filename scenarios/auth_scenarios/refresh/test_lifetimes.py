"""Lifetimes of access tokens as the provider tells them: what `expires_in` may be, and what clients make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from auth_scenarios.sessions import must_ask_to_sign_in
from auth_scenarios.verify import (
    REFRESH_TRIES,
    applies_only,
    applies_where_changed,
    exposed,
    must,
    must_explain,
    must_not_request,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Fault, MissingMember, WrongMember
from pytest_auth_provider import Client, scenario

ZONES = Path("/usr/share/zoneinfo")
"""Where Unix systems keep the time zones; without them every program reckons in UTC, whatever TZ says."""


@scenario(
    "RFC 6749 5.1",
    "The lifetime in seconds of the access token. [...] If omitted, the authorization server SHOULD provide the "
    "expiration time via other means or document the default value. In our words: so a client copes with a lifetime of "
    "0 and with none.",
    harm="Signing in fails, or every command refreshes again, at a provider that says 0 or nothing of the lifetime.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(WrongMember("expires_in", 0), id="zero"),
        pytest.param(MissingMember("expires_in"), id="absent"),
        pytest.param(WrongMember("expires_in", 2**31 - 1), id="longest"),  # what some say for tokens without an end
    ],
)
def test_odd_expires_in(auth_provider: Provider, auth_client: Client, told: Fault) -> None:
    """A lifetime of 0, of ages or none at all: the client signs in and works, without a storm of refreshes.

    Whether 0 means expired at once, unknown or without an end is the client's choice: each has been made, and with each
    the token can be used.
    """
    family = auth_provider.dialect.name
    tells = auth_provider.dialect.answer_names.get("expires_in", "expires_in") in auth_provider.issue().members
    applies_only(tells, f"{auth_client.name} is told no `expires_in` by a provider of the family {family}")
    may_be_absent = family == "rfc" or not isinstance(told, MissingMember)
    applies_only(may_be_absent, f"{auth_client.name} is told `expires_in` always by a provider of the family {family}")
    with auth_provider.failing(told, at="token"):
        must_succeed(auth_client.attempt_login())
        used = auth_client.use()
    must_succeed(used)
    must_request_at_most(used, "token", grant="refresh_token", times=REFRESH_TRIES)


@scenario(
    "RFC 6749 5.1",
    "The lifetime in seconds of the access token. [...] In our words: however few they are, a token that was just "
    "issued is used, and not refreshed again and again for being about to expire.",
    harm="At a provider with short-lived tokens every command refreshes without end, or fails.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    provider={"access_token_lifetime": 4, "leeway": 86400},
)
def test_short_lived_token_does_not_loop(auth_client: Client) -> None:
    """Where tokens live shorter than the client's own margin, each command refreshes once at most, and works."""
    auth_client.login()
    for _ in range(2):
        outcome = auth_client.use()
        must_request_at_most(outcome, "token", grant="refresh_token")  # also of one that was killed as it went on
        must_succeed(outcome)
        auth_client.restart()
    auth_client.exposure.add("its access tokens lived for 4 s")


@scenario(
    "RFC 6749 5.1",
    "The lifetime in seconds of the access token. [...] In our words: seconds have no time zone, so neither has the "
    "moment at which they are over.",
    harm="After a flight, or on a server set to another zone, the tool signs its user out or refreshes all the time.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "zone", [pytest.param("Pacific/Kiritimati", id="east"), pytest.param("Pacific/Pago_Pago", id="west")]
)
def test_expiry_ignores_the_time_zone(auth_client: Client, zone: str) -> None:
    """What was stored in one time zone means the same in another: a good token is used, an expired one refreshed."""
    auth_client.login()
    there = {"TZ": zone}
    exposed(auth_client, (ZONES / zone).is_file(), f"run with TZ={zone}", f"this machine does not know {zone}")
    at_home = requests(auth_client.use(), "token", grant="refresh_token")
    applies_only(not at_home, f"{auth_client.name} refreshes good tokens, in whatever time zone")
    good = auth_client.run("use", env=there)
    must_succeed(good)
    must_not_request(good, "token", grant="refresh_token")
    auth_client.restart()
    auth_client.clock.advance(auth_client.provider.access_token_lifetime + 360)
    expired = auth_client.run("use", env=there)
    must_succeed(expired)
    made = requests(expired, "token", grant="refresh_token")
    must(made, "an expired token is refreshed", "it was used as a good one")
    must_request_at_most(expired, "token", grant="refresh_token")


@scenario(
    "RFC 6749 5.1",
    "OPTIONAL. The refresh token, which can be used to obtain new access tokens using the same authorization grant as "
    "described in Section 6. In our words: so a session may have none, and ends with its access token; the person is "
    "asked to sign in then.",
    harm="An hour after each sign-in the tool fails with an error of the protocol, and nobody learns why.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    signs_in=True,
)
def test_no_refresh_token_is_said(auth_provider: Provider, auth_client: Client) -> None:
    """A session without a refresh token ends with its access token: no refresh is tried, the person has to sign in."""
    without = auth_provider.failing(MissingMember("refresh_token"), at="token", optional=True)
    with without as armed, auth_client.clock.let_tokens_expire():
        signed_in = auth_client.attempt_login()
    applies_where_changed(auth_provider, auth_client, armed.fired, "refresh_token")
    if not signed_in.ok:
        must_explain(signed_in)
    applies_only(signed_in.ok, f"{auth_client.name} does not sign in without a refresh token")
    outcome = auth_client.use()
    must_not_request(outcome, "token", grant="refresh_token")
    must_ask_to_sign_in(auth_client, outcome)
