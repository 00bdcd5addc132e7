"""How the person gets to the page, whatever their browser does: opens it, shows nothing, stays, or is missing."""

from __future__ import annotations

import pytest

from auth_scenarios.browser.sign_ins import (
    BROWSER,
    PATIENCE,
    begin,
    end,
    in_the_browser,
    must_be_answered,
    must_be_signed_in,
    sign_in,
)
from auth_scenarios.verify import ContractBroken, applies_only, exposed, must
from pytest_auth_provider import Client, scenario


@scenario(
    "custom among command-line tools",
    "In our words: the address of the page is printed whole, on one line, also where a program claims to have opened "
    "it, and however narrow the terminal is.",
    harm="Over SSH and in containers no browser opens, and the user is told of no page to open by hand.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize("columns", ["80", "40"])
def test_no_browser_prints_url(auth_client: Client, columns: str) -> None:
    """Where no page shows though a browser was started, the sign-in can be finished with the printed address."""
    must_finish_with_what_is_printed(auth_client, columns)


@scenario(
    "custom among command-line tools",
    "In our words: a browser that cannot be started does not end a sign-in, which can go on elsewhere.",
    harm="On a server the sign-in dies with the error of a program that nobody asked for.",
    level="SHOULD",
    policy=BROWSER,
)
def test_browser_launcher_missing_is_survived(auth_client: Client) -> None:
    """Where every program fails that could open a page, the sign-in waits, and is finished with the printed address."""
    auth_client.browser.is_missing()
    must_finish_with_what_is_printed(auth_client, "80")


def must_finish_with_what_is_printed(client: Client, columns: str) -> None:
    """Sign in with the printed address alone, on a terminal of so many columns; require that this succeeds."""
    applies_only(client.adapter.browser in ("both", "printed"), f"what {client.name} prints is not followed")
    client.browser.shows_nothing()
    running = in_the_browser(client).start("login", env={"COLUMNS": columns})
    try:
        visit = client.browser.wait_for_visit(1, PATIENCE)
    except LookupError:
        outcome, by_itself = end(running, 0)
        asked = outcome.exchanges or by_itself
        exposed(client, asked, "no browser showed a page", "the sign-in had not begun")
        how = "it ended" if by_itself else "it waited"
        raise ContractBroken("the address of the sign-in page on a line by itself", f"{how} without it") from None
    visit.wait(PATIENCE)
    outcome, _ = end(running)
    exposed(client, visit.how == "printed", "no browser showed a page, but one was printed", "a page was opened")
    must_be_signed_in(outcome, visit, "no browser shows the page")


@scenario(
    "custom among command-line tools",
    "In our words: a program that shows the page and does not return is a browser, too.",
    harm="The user has signed in long ago, and the command waits until they close their browser.",
    level="SHOULD",
    policy=BROWSER,
)
def test_slow_browser_does_not_block(auth_client: Client) -> None:
    """A browser that stays in the foreground holds nothing up: the command ends when the sign-in does."""
    auth_client.browser.stays()
    running, visit = begin(auth_client)
    visit.wait(PATIENCE)
    outcome, by_itself = end(running)
    applies_only(bool(outcome.opened), f"{auth_client.name} opens no page by itself")
    auth_client.exposure.add("the program that opened the page did not return")
    must(by_itself, f"an end within {PATIENCE:.0f} s of the callback", "it waited for the browser to be closed")
    must_be_signed_in(outcome, visit, "the browser stays open")


@scenario(
    "custom among command-line tools",
    "In our words: the little server listens before the browser is sent there.",
    harm="On a fast machine, or where the user is signed in already, the browser says that the site cannot be reached.",
    level="SHOULD",
    policy=BROWSER,
)
def test_listens_before_the_browser_opens(auth_client: Client) -> None:
    """A callback that comes at once finds somebody who listens."""
    sign_in(auth_client)
    visit = auth_client.browser.last
    must_be_answered(auth_client, visit)
    must(not visit.refused, "the first callback is accepted", "the connection was refused at first")
