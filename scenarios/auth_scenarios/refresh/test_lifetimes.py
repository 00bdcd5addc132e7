"""Lifetimes of access tokens as the provider tells them: what `expires_in` may be, and what clients make of it."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import REFRESH_TRIES, applies_only, must_request_at_most, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Fault, MissingMember, WrongMember
from pytest_auth_provider import Client, scenario


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
    tells = "expires_in" in auth_provider.issue().members
    applies_only(tells, f"{auth_client.name} is told no `expires_in` by a provider of the family {family}")
    may_be_absent = family == "rfc" or not isinstance(told, MissingMember)
    applies_only(may_be_absent, f"{auth_client.name} is told `expires_in` always by a provider of the family {family}")
    with auth_provider.failing(told, at="token"):
        must_succeed(auth_client.attempt_login())
        used = auth_client.use()
    must_succeed(used)
    must_request_at_most(used, "token", grant="refresh_token", times=REFRESH_TRIES)
