"""The console, with JavaScript and without."""

from __future__ import annotations

import re

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ServerError
from tests.support.oauth_client import OAuthClient
from tests.support.person import Person


def see(person: Person, text: str, where: str = "body") -> None:
    """Wait until a text is there; without JavaScript a page has to be loaded again."""
    if not person.runs_scripts:
        person.chrome.refresh()
    person.reads(text, where)


def test_an_exchange_shows_as_it_happens(person: Person, console: str, client: OAuthClient) -> None:
    """Nobody loads anything again; below the line are headers, bodies and why it was rejected."""
    person.go(console)
    person.reads("Live", "#connection")
    assert "Nothing has arrived yet" in person.text
    client.refresh("unknown")
    person.reads("token[refresh_token]", "#exchange-1")
    assert "400" in person.one("#exchange-1").text
    assert "invalid_grant" in person.one("#exchange-1 .note").text
    person.unfold("#details-1")
    unfolded = person.one("#exchange-1 .unfolded").text
    assert "refresh_token = unknown" in unfolded
    assert '"error": "invalid_grant"' in unfolded
    assert "application/x-www-form-urlencoded" in unfolded
    client.refresh("another")
    person.reads("token[refresh_token]", "#exchange-2")
    assert person.one("#details-1").get_attribute("open"), "what was unfolded stays so"


def test_first_paint(anybody: Person, console: str, provider: Provider, client: OAuthClient) -> None:
    """Everything that happened before is there, the newest first, and tokens can be decoded."""
    issued = provider.issue("cli")
    client.refresh(issued.refresh_token)
    client.request("token", grant_type="nonsense")
    anybody.go(console)
    assert re.findall(r"#\d", anybody.one("#exchange-list").text) == ["#2", "#1"]
    anybody.unfold("#details-1")
    anybody.unfold("#token-1-1")
    assert '"alg": "RS256"' in anybody.one("#token-1-1").text
    assert '"client_id": "cli"' in anybody.one("#token-1-1").text


def test_arming_and_disarming(anybody: Person, console: str, client: OAuthClient) -> None:
    """The fault is in force from the press of one button to the press of another, and its counts are shown."""
    anybody.go(console)
    anybody.type("Arm a fault", "token : ServerError(503)")
    anybody.press("Arm")
    anybody.reads("token : ServerError(status=503)", "#fault-list")
    assert client.request("token").status_code == 503
    see(anybody, "seen 1, fired 1", "#fault-list")
    anybody.press("Disarm")
    anybody.reads("Nothing is armed", "#fault-list")
    assert client.request("token").status_code == 400
    anybody.unfold("#disarmed")
    assert "seen 1, fired 1" in anybody.one("#disarmed").text


def test_a_fault_that_nothing_met(anybody: Person, console: str) -> None:
    """The page tells that it proves nothing."""
    anybody.go(console)
    anybody.type("Arm a fault", "token : Reset()")
    anybody.press("Arm")
    anybody.reads("not met yet", "#fault-list")
    anybody.press("Disarm")
    anybody.reads("Disarmed (1)", "#fault-list")
    anybody.unfold("#disarmed")
    assert "proves nothing" in anybody.one("#disarmed").text


def test_a_fault_that_means_nothing(anybody: Person, console: str, client: OAuthClient) -> None:
    """The message says what there is, and where in the text it went wrong; what was typed is still there."""
    anybody.go(console)
    anybody.type("Arm a fault", "tokn : Reset()")
    anybody.press("Arm")
    anybody.reads("Did you mean 'token'?", "#problem-faults")
    assert anybody.one("#problem-faults pre").text.splitlines() == ["  tokn : Reset()", "  ^"]
    assert anybody.field("Arm a fault").get_attribute("value") == "tokn : Reset()"
    if anybody.runs_scripts:
        client.request("token")
        anybody.reads("POST /token", "#exchange-list")
        assert "Did you mean" in anybody.text, "what happens meanwhile takes no message away"
    anybody.type("Arm a fault", "token : Reset()")
    anybody.press("Arm")
    anybody.reads("not met yet", "#fault-list")
    assert "Did you mean" not in anybody.text


def test_a_fault_that_keeps_everybody_away(anybody: Person, console: str) -> None:
    """It needs seconds after which it ends by itself, for nobody could disarm it."""
    anybody.go(console)
    anybody.type("Arm a fault", "Refused()")
    anybody.press("Arm")
    anybody.reads("say for how many 'seconds'", "#problem-faults")


def test_a_fault_armed_in_python(anybody: Person, console: str, provider: Provider) -> None:
    """It is shown, and cannot be disarmed here."""
    with provider.failing(ServerError(503), at="token", optional=True):
        anybody.go(console)
        assert "Armed in Python" in anybody.text
        assert "Disarm " not in anybody.one("#fault-list").text


def test_the_family_tree(anybody: Person, console: str, provider: Provider, client: OAuthClient) -> None:
    """Generation by generation: what is spent, what lives, and what is over when the session ends."""
    anybody.go(console)
    token = provider.issue("cli").refresh_token
    spent = client.refresh(token).json()["refresh_token"]
    client.refresh(spent)
    see(anybody, "generation 3 live", ".family")
    assert re.findall(r"generation (\d) (\w+)", anybody.one(".family").text) == [
        ("1", "spent"),
        ("2", "spent"),
        ("3", "live"),
    ]
    client.refresh(spent)
    see(anybody, "generation 3 ended", ".family")
    assert "spent refresh token came back" in anybody.one("#session-list").text


def test_ending_a_session(anybody: Person, console: str, provider: Provider, client: OAuthClient) -> None:
    """Its tokens are worthless."""
    token = provider.issue("cli").refresh_token
    anybody.go(console)
    anybody.press("End session")
    anybody.reads("somebody ended it elsewhere", "#session-list")
    assert client.refresh(token).status_code == 400


def test_the_clock(anybody: Person, console: str, provider: Provider) -> None:
    """A minute, an hour, or as long as is typed."""
    anybody.go(console)
    for button, told in (("+1 min", "1 min ahead"), ("+1 h", "1 h 1 min ahead")):
        anybody.press(button)
        anybody.reads(told, "#clock-now")
    anybody.type("Seconds", "5")
    anybody.press("Advance")
    anybody.reads("1 h 1 min 5 s ahead", "#clock-now")
    assert provider.clock.advanced == 3665
    anybody.type("Seconds", "1e30")
    anybody.press("Advance")
    anybody.reads("seconds: ", "#problem-clock")


@pytest.mark.parametrize(("button", "decision"), [("Approves", "approve"), ("Denies", "deny")])
def test_the_user(anybody: Person, console: str, provider: Provider, button: str, decision: str) -> None:
    """The button that holds is pressed."""
    anybody.go(console)
    assert anybody.one("[aria-pressed=true]").text == "Ignores"
    anybody.press(button)
    anybody.reads(button, "[aria-pressed=true]")
    assert provider.user.decision == decision


def test_clearing_and_resetting(anybody: Person, console: str, provider: Provider, client: OAuthClient) -> None:
    """The list is empty, then everything is as it was; exchange numbers go on."""
    client.request("token")
    anybody.go(console)
    anybody.press("Clear")
    anybody.reads("Nothing has arrived yet")
    client.request("token")
    provider.issue("cli")
    see(anybody, "#2", "#exchange-list")
    anybody.press("Reset everything")
    anybody.reads("Nothing has arrived yet")
    anybody.reads("Nobody is signed in")


def test_it_comes_back(person: Person, console: str, provider: Provider, client: OAuthClient) -> None:
    """A provider that was away is listened to again, and what was missed is there."""
    person.go(console)
    person.reads("Live", "#connection")
    provider.down()
    person.reads("away", "#connection")
    provider.up()
    client.request("token")
    person.reads("Live", "#connection")
    person.reads("POST /token", "#exchange-list")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)], ids=["phone", "desktop"])
def test_nothing_is_cut_off(person: Person, console: str, provider: Provider, width: int, height: int) -> None:
    """However narrow the screen and long the words, nobody scrolls sideways."""
    httpx.get(f"{provider.origin}/{'long' * 100}", trust_env=False)
    provider.issue("c" * 200, scope="openid " + "s" * 200)
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    person.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        person.go(console)
        person.unfold("#details-1")
        wide = person.chrome.execute_script("return document.documentElement.scrollWidth")
    finally:
        person.chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= width
