"""Sign-ins through the browser that end otherwise: denied, refused at the exchange, beside another, or never."""

from __future__ import annotations

import threading

import pytest

from auth_scenarios.browser.sign_ins import BROWSER, PATIENCE, answered, begin, end, sign_in
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_explain,
    must_not_request,
    must_not_say,
    must_succeed,
    must_tell,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer, Fault, HtmlPage, Truncated
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: whoever says no in the browser finds the command ended, and why.",
    harm="The terminal waits for minutes after the user has said no, and then speaks of a timeout.",
    level="SHOULD",
    policy=BROWSER,
)
def test_error_access_denied(auth_provider: Provider, auth_client: Client) -> None:
    """A denial in the browser ends the command at once: a message that says so, no token request, nothing stored."""
    auth_provider.user.denies()
    running, visit = begin(auth_client)
    visit.wait(PATIENCE)
    outcome, by_itself = end(running)
    came = answered(visit) or (by_itself and not visit.refused)
    denied = "error=access_denied" in visit.callback and came
    exposed(auth_client, denied, "the browser came back with access_denied", "the client was told of no denial")
    must(by_itself, f"the command ends within {PATIENCE:.0f} s of the denial", "it still waited")
    must_explain(outcome)
    must_tell(outcome, "denied")
    must_not_say(outcome, "signed_in")
    must_not_request(outcome, "token", grant="authorization_code")
    must_hold_no_credentials(auth_client)


@scenario(
    "custom among command-line tools",
    "In our words: a code that cannot be exchanged ends the sign-in with a message, and nothing is stored.",
    harm="The tool says that the user is signed in, or shows a bare parser error, when a gateway has answered.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(ErrorAnswer("invalid_grant"), id="refused"),
        pytest.param(HtmlPage(200), id="html"),
        pytest.param(Body("[]"), id="list"),
        pytest.param(Truncated(), id="truncated"),
    ],
)
def test_exchange_failures(auth_provider: Provider, auth_client: Client, fault: Fault) -> None:
    """An exchange of the code that fails in any way ends with a message, and leaves nothing behind."""
    with auth_provider.failing(fault, at="token", grant="authorization_code"):
        outcome = sign_in(auth_client)
    must_explain(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(auth_client)


@scenario(
    "custom among command-line tools",
    "In our words: a sign-in that begins beside another one does not break the first.",
    harm="A user who starts a second window is signed in nowhere, and both windows tell of an invalid code.",
    level="SHOULD",
    policy=BROWSER,
)
def test_concurrent_logins_do_not_mix(auth_client: Client) -> None:
    """Of two sign-ins at once, the one that began first succeeds though the other is answered before it."""
    applies_only(not auth_client.adapter.ports, f"{auth_client.name} waits at a port that two cannot have at once")
    first_comes, second_comes = threading.Event(), threading.Event()
    auth_client.browser.late(first_comes)
    first, visit = begin(auth_client)
    auth_client.browser.late(second_comes)
    second, other = begin(auth_client)
    exposed(auth_client, first.running and visit is not other, "two sign-ins waited", "there were never two sign-ins")
    second_comes.set()
    other.wait(PATIENCE)
    other_outcome, _ = end(second)
    first_comes.set()
    visit.wait(PATIENCE)
    outcome, _ = end(first)
    must_succeed(outcome)
    must(other_outcome.ok or other_outcome.explains(), "the other one succeeds, or says why not", "it did neither")
