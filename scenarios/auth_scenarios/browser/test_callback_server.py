"""The little server that a sign-in through the browser waits at: what it answers, when it listens, when it ends."""

from __future__ import annotations

import pytest

from auth_scenarios.browser.sign_ins import (
    BROWSER,
    FORGED,
    PATIENCE,
    answered,
    begin,
    end,
    must_be_answered,
    must_be_signed_in,
    sign_in,
)
from auth_scenarios.verify import applies_only, exposed, must, must_request_at_most, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Delayed
from pytest_auth_provider import Client, scenario

MARKUP = "<script>alert(1)</script>"
TYPES_WITH_SCRIPTS = ("", "text/html", "application/xhtml+xml", "text/xml", "application/xml", "image/svg+xml")


@scenario(
    "custom among command-line tools",
    "In our words: nothing of a callback is repeated as markup in the page that answers it.",
    harm="A link is enough to run a script on the machine of the user, at an address that the tool is trusted with.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize("where", ["error", "state"])
def test_callback_page_is_inert(auth_client: Client, where: str) -> None:
    """What is written into a callback does not become a script in the page that the client answers with."""
    if where == "error":
        auth_client.browser.tampers(code="missing", error=MARKUP, error_description=MARKUP, error_uri=MARKUP)
    else:
        auth_client.browser.forged_callback_first(state=MARKUP, code=FORGED)
    running, visit = begin(auth_client)
    visit.wait(PATIENCE)
    outcome, by_itself = end(running)
    status, text, content_type = answered(visit), visit.page, visit.content_type
    if where == "state" and visit.strays:
        status, text, content_type = visit.strays[0].status, visit.strays[0].text, visit.strays[0].content_type
    gone = visit.callback and by_itself and not outcome.ok
    applies_only(bool(status) or not gone, f"{auth_client.name} ends at such a callback, and answers it with no page")
    exposed(auth_client, status, f"a callback with markup was answered with {status}", "no such callback was answered")
    runs = MARKUP in text and content_type.partition(";")[0].strip().lower() in TYPES_WITH_SCRIPTS
    must(not runs, "a page without the script of the callback", f"it has it, as {content_type or 'any type'}")


@scenario(
    "custom among command-line tools",
    "In our words: a browser asks for more than it was sent to, and opens connections that it does not use.",
    harm="The sign-in fails for those whose browser asks for an icon first, and nobody can say why.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize("stray", ["favicon", "other methods", "idle connection", "half a request"])
def test_stray_request_first(auth_client: Client, stray: str) -> None:
    """Whatever else a browser asks the little server for, before the callback, does not end the sign-in.

    A command that does not end once it is signed in is accused of that by browser/login-returns-to-the-prompt.
    """
    if stray == "favicon":
        auth_client.browser.stray_request_first("/favicon.ico")
    elif stray == "other methods":
        for method in ("HEAD", "OPTIONS", "POST"):
            auth_client.browser.stray_request_first("/robots.txt", method)  # "/" may be where callbacks go
    else:
        auth_client.browser.idle_connection_first(b"" if stray == "idle connection" else b"GET /callback HTTP/1.1\r\n")
    running, visit = begin(auth_client)
    visit.wait(PATIENCE)
    outcome, by_itself = end(running)
    exposed(auth_client, visit.callback, f"{stray} came before the callback", "there was no callback")
    if by_itself or not auth_client.holds_credentials():
        must_be_signed_in(outcome, visit, f"{stray} came first")


@scenario(
    "RFC 6749 4.1.2",
    "The client MUST NOT use the authorization code more than once.",
    harm="A browser that loads the page twice costs the session: a code that is used twice revokes its tokens.",
    policy=BROWSER,
)
def test_duplicate_callback(auth_provider: Provider, auth_client: Client) -> None:
    """A callback that comes twice at the same time is exchanged once, and the sign-in succeeds."""
    auth_client.browser.duplicates_callback()
    with auth_provider.failing(Delayed(0.3), at="token", grant="authorization_code"):
        outcome = sign_in(auth_client)
    must_request_at_most(outcome, "token", grant="authorization_code")
    must_succeed(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: the command is over once the sign-in is, whatever the browser does with its connections.",
    harm="The user is signed in, and the terminal hangs for a minute, or until the browser is closed.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize("connection", ["kept", "unused"])
def test_login_returns_to_the_prompt(auth_client: Client, connection: str) -> None:
    """A browser that keeps a connection open, used or not, does not keep the command from ending."""
    if connection == "kept":
        auth_client.browser.keeps_connection()
    else:
        auth_client.browser.idle_connection_first()
    running, visit = begin(auth_client)
    visit.wait(PATIENCE)
    outcome, by_itself = end(running)
    must_be_answered(auth_client, visit)
    must(by_itself, f"the command ends within {PATIENCE:.0f} s of its last page", "it waited for the browser")
    must_be_signed_in(outcome, visit, f"the browser has a connection that is {connection}")
