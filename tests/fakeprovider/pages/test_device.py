"""The page where a person types the code of a device."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.person import Person

LABEL = "The code your terminal shows"


@pytest.fixture
def device(client: OAuthClient) -> dict[str, str]:
    """A device that waits."""
    return client.device(scope="openid")


def test_typing_the_code_and_approving(anybody: Person, client: OAuthClient, device: dict[str, str]) -> None:
    """In any case, without the dash; then the device is signed in and the person knows where to go."""
    anybody.go(device["verification_uri"])
    anybody.type(LABEL, device["user_code"].lower().replace("-", ""))
    anybody.press_and_leave("Approve")
    assert "You are signed in" in anybody.text
    assert "return to your terminal" in anybody.text
    assert client.poll_result(device["device_code"]) == "signed in"


def test_denying(anybody: Person, client: OAuthClient, device: dict[str, str]) -> None:
    """The complete address has the code and the client already."""
    anybody.go(device["verification_uri_complete"])
    assert anybody.field(LABEL).get_attribute("value") == device["user_code"]
    assert "cli asks to act for you" in anybody.text
    anybody.press_and_leave("Deny")
    assert "Denied" in anybody.text
    assert client.poll_result(device["device_code"]) == "access_denied"


def test_a_code_that_was_mistyped(anybody: Person, client: OAuthClient, device: dict[str, str]) -> None:
    """The page says what is wrong, and lets the person type it again."""
    anybody.go(device["verification_uri"])
    anybody.type(LABEL, "WRONG")
    anybody.press_and_leave("Approve")
    assert "The code 'WRONG' is not known here" in anybody.text
    anybody.follow("Type the code again")
    anybody.type(LABEL, device["user_code"])
    anybody.press_and_leave("Approve")
    assert client.poll_result(device["device_code"]) == "signed in"


def test_a_code_that_expired(anybody: Person, provider: Provider, device: dict[str, str]) -> None:
    """The page says so, and where to go."""
    provider.clock.advance(float(device["expires_in"]))
    anybody.go(device["verification_uri_complete"])
    assert "The code has expired" in anybody.text
    assert "return to your terminal" in anybody.text
