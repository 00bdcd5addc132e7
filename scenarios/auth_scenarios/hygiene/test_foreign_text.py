"""Text that comes from a server: it is shown to people, in a terminal that obeys what it is told."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import get_args

import pytest

from auth_scenarios.verify import (
    RESOURCES,
    applies_only,
    applies_to_people,
    applies_where_changed,
    exposed,
    must,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer, WrongClaim, WrongMember
from fakeprovider.tokens.draft import TokenKind
from pytest_auth_provider import Client, Outcome, scenario

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mgotcha\x9b31m\u202ereversed\u2066"
    "\x1b]8;;https://attacker.invalid\x1b\\click\x1b]52;c;b3duZWQ=\x07back\rover\r"
)
"""Sets the title, clears the screen, colours, by C0 and C1 controls; turns the direction; makes a link of words; fills
the clipboard; goes back to the margin and writes over what stands there."""
OURS = re.compile(
    r"\x1b\]0;owned|\x07|\x1b\[2J|\x1b\[31mgotcha|\x9b31m|\u202e|\u2066|\x1b\]8;;https|\x1b\]52;c;b3|back\rover"
)
"""What is left of it where nobody has taken the sting out: no client prints these by itself."""
PAGE = f"<!doctype html><title>{HOSTILE}</title><h1>{HOSTILE}</h1>"
VALUES = (
    'Values for the "error_description" parameter MUST NOT include characters outside the set %x20-21 / %x23-5B / '
    "%x5D-7E. In our words: a client shows no such character, whoever has sent it, and in whatever text."
)


@scenario(
    "RFC 6749 5.2",
    VALUES,
    harm="Whoever answers in the provider's place repaints the terminal, and the user approves something else.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("invalid_grant", description=HOSTILE), id="error_description"),
        pytest.param(ErrorAnswer(HOSTILE), id="error"),
        pytest.param(ErrorAnswer(HOSTILE, 401, envelope="error.code", description=HOSTILE), id="nested"),
    ],
)
def test_errors_drive_no_terminal(auth_provider: Provider, auth_client: Client, failure: ErrorAnswer) -> None:
    """What a failed refresh is answered with reaches the terminal without its control characters, or not at all."""
    applies_to_people(auth_client)
    auth_client.login(expired=True)
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    _must_be_harmless(outcome)


@scenario(
    "RFC 8628 3.2",
    "REQUIRED. The end-user verification code. [...] In our words: a text for people, so a control character in it is "
    "not shown, nor one in the address beside it.",
    harm="A page that pretends to be the provider makes the terminal show another code, or another address to open.",
    level="SHOULD",
    provider={"device_interval": 1},
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("member", ["user_code", "verification_uri", "verification_uri_complete"])
def test_codes_drive_no_terminal(auth_provider: Provider, auth_client: Client, member: str) -> None:
    """What a device login shows has no control characters of the provider's."""
    applies_to_people(auth_client)
    hostile = WrongMember(member, HOSTILE if member == "user_code" else f"{auth_provider.issuer}/{HOSTILE}")
    with auth_provider.failing(hostile, at="device_authorization", optional=True) as armed:
        outcome = sign_in_by_device(auth_client, pending=1)
    applies_where_changed(auth_provider, auth_client, armed.fired, member)
    exposed(auth_client, requests(outcome, "device_authorization"), f"{member} held controls", "no device login began")
    _must_be_harmless(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: a name, a page, a title or any other text that a provider sends reaches the terminal without its "
    "control characters, or not at all.",
    harm="Whoever chooses a user's name, or answers in the provider's place, writes what he likes on the terminal.",
    level="SHOULD",
    needs={"use"},
)
@pytest.mark.parametrize("text", ["name", "page", "plain"])
def test_terminal_escapes_are_neutralised(auth_provider: Provider, auth_client: Client, text: str) -> None:
    """The name of a user and the page of a gateway reach the terminal without control characters, or not at all."""
    applies_to_people(auth_client)
    outcomes = _told_a_name(auth_provider, auth_client) if text == "name" else []
    if text != "name":
        applies_only(auth_client.policies["refresh"] == "refreshes", f"{auth_client.name} declares no refresh")
        auth_client.login(expired=True)
        kind = "text/html" if text == "page" else "text/plain"
        with auth_provider.failing(Body(PAGE, 502, kind), at="token", grant="refresh_token", optional=True) as armed:
            outcomes.append(auth_client.use())
        applies_only(bool(armed.fired), f"{auth_client.name} asks for no refresh")
    for outcome in outcomes:
        _must_be_harmless(outcome)


def _told_a_name(provider: Provider, client: Client) -> list[Outcome]:
    """Sign in as somebody whose name drives terminals, and ask who is signed in; return the outcomes."""
    with ExitStack() as told:
        named = [
            told.enter_context(provider.failing(WrongClaim(name, HOSTILE, kind=kind), at="token", optional=True))
            for name in ("name", "preferred_username", "nickname")
            for kind in get_args(TokenKind)
        ]
        named += [
            told.enter_context(provider.failing(WrongMember(name, HOSTILE), at=("userinfo", *RESOURCES), optional=True))
            for name in ("name", "login", "preferred_username")
        ]
        outcomes = [client.attempt_login()]
        outcomes += [client.run(action) for action in ("status", "use") if client.can(action)]
    applies_only(any(armed.fired for armed in named), f"{client.name} is told no name by a provider of this family")
    return outcomes


def _must_be_harmless(outcome: Outcome) -> None:
    """Require that no control character that was sent is in the output."""
    found = OURS.search(outcome.output)
    must(found is None, "no control character of the server's is printed", f"it printed {found and found[0]!r}")
