"""The device flow (RFC 8628): authorization, polling, and what the user decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_the_answer_of_the_authorization(provider: Provider, client: OAuthClient) -> None:
    """Everything a device shows and needs (RFC 8628 3.2)."""
    provider.device_interval = 5
    told = client.device()

    assert told["verification_uri"] == provider.url("verification")
    assert told["verification_uri_complete"].endswith(f"?user_code={told['user_code']}")
    assert {"expires_in": 900, "interval": 5}.items() <= told.items()


def test_an_approved_code_works_once(client: OAuthClient) -> None:
    """Tokens for the first poll after approval, a refusal for every later one (OSA's device flow)."""
    code = client.device()["device_code"]

    assert client.poll(code).status_code == 200
    client.refused(client.poll(code), "invalid_grant", "already exchanged")


def test_pending_until_the_user_decides(provider: Provider, client: OAuthClient) -> None:
    """authorization_pending, then what the user says."""
    provider.user.ignores()
    code, other = client.device()["device_code"], client.device()["device_code"]
    client.refused(client.poll(code), "authorization_pending", "keep polling")
    provider.user.denies()
    client.refused(client.poll(code), "access_denied", "denied")
    provider.user.approves()
    client.refused(client.poll(code), "access_denied", "denied")
    assert client.poll(other).status_code == 200


def test_polling_too_fast_slows_down_for_good(provider: Provider, client: OAuthClient) -> None:
    """slow_down adds five seconds for this and all later polls (RFC 8628 3.5)."""
    provider.device_interval = 5
    provider.user.ignores()
    code = client.device()["device_code"]

    def poll_after(seconds: float) -> str:
        provider.clock.advance(seconds)
        return str(client.poll(code).json()["error"])

    assert [poll_after(s) for s in (0, 5, 1, 5, 11, 20)] == [
        "authorization_pending",
        "authorization_pending",
        "slow_down",
        "slow_down",
        "slow_down",
        "authorization_pending",
    ]


def test_a_code_expires(provider: Provider, client: OAuthClient) -> None:
    """expired_token after its lifetime, approved or not."""
    code = client.device()["device_code"]
    provider.clock.advance(901)

    client.refused(client.poll(code), "expired_token", "start again")


def test_a_code_belongs_to_its_client(client: OAuthClient) -> None:
    """Another client is refused, naming both, and the owner is not harmed."""
    code = client.device()["device_code"]

    client.refused(client.poll(code, client_id="thief"), "invalid_grant", "'cli'", "'thief'")

    assert client.poll(code).status_code == 200


@pytest.mark.parametrize(("code", "error"), [("made-up", "invalid_grant"), ("", "invalid_request")])
def test_an_unknown_code_is_refused(client: OAuthClient, code: str, error: str) -> None:
    """A code that never was, and none at all."""
    client.refused(client.poll(code), error)


def test_resources_become_the_audience(client: OAuthClient) -> None:
    """The poll may say which resource the token is for (RFC 8707 2.2)."""
    answer = client.poll(client.device()["device_code"], resource="https://a.test")

    assert client.claims(answer.json()["access_token"])["aud"] == "https://a.test"


def test_a_script_decides_poll_by_poll(provider: Provider, client: OAuthClient) -> None:
    """Each step answers one poll; then the decision holds again."""
    provider.user.script("pending", "slow_down", "approve")
    code = client.device()["device_code"]

    assert [client.poll(code).json().get("error") for _ in range(3)] == ["authorization_pending", "slow_down", None]


class TestVerificationPage:
    """The page where a person types the code (RFC 8628 3.3)."""

    @pytest.fixture(autouse=True)
    def nobody_decides(self, provider: Provider) -> None:
        """Only the page decides."""
        provider.user.ignores()

    def test_the_form_shows_what_is_asked(self, client: OAuthClient) -> None:
        """The complete address fills the code in and names the client."""
        told = client.device()

        page = client.http.get(told["verification_uri_complete"])

        assert told["user_code"] in page.text
        assert "<strong>cli</strong>" in page.text
        assert "<label for=" in page.text

    @pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda code: code.replace("-", " ")])
    def test_approving(self, client: OAuthClient, spelling: object) -> None:
        """Case, blanks and dashes do not matter; the next poll gets tokens (RFC 8628 6.1)."""
        assert callable(spelling)
        told = client.device()

        page = client.post("verification", user_code=spelling(told["user_code"]), decision="approve")

        assert "return to your terminal" in page.text
        assert client.poll(told["device_code"]).status_code == 200

    def test_a_form_without_a_decision_is_shown_again(self, client: OAuthClient) -> None:
        """Neither button pressed: nothing is decided."""
        told = client.device()

        page = client.post("verification", user_code=told["user_code"])

        assert (page.status_code, "Approve" in page.text) == (200, True)
        client.refused(client.poll(told["device_code"]), "authorization_pending")

    def test_a_link_that_came_too_late(self, provider: Provider, client: OAuthClient) -> None:
        """Opening the complete address of an expired code says so before anything is typed."""
        told = client.device()
        provider.clock.advance(901)

        page = client.http.get(told["verification_uri_complete"])

        assert "The code has expired" in page.text
        assert "return to your terminal" in page.text

    def test_denying(self, client: OAuthClient) -> None:
        """The next poll is access_denied."""
        told = client.device()

        page = client.post("verification", user_code=told["user_code"], decision="deny")

        assert page.status_code == 200
        client.refused(client.poll(told["device_code"]), "access_denied")

    @pytest.mark.parametrize("state", ["unknown", "nothing typed", "expired", "denied", "consumed"])
    def test_every_early_error_sends_back_to_the_terminal(
        self, provider: Provider, client: OAuthClient, state: str
    ) -> None:
        """What cannot work is said on a page that tells to return to the terminal (OSA's device flow)."""
        told = client.device()
        typed = {"unknown": "XXXX-XXXX", "nothing typed": ""}.get(state, told["user_code"])
        if state == "expired":
            provider.clock.advance(901)
        if state in ("denied", "consumed"):
            decision = "deny" if state == "denied" else "approve"
            client.post("verification", user_code=typed, decision=decision)
            client.poll(told["device_code"])

        page = client.post("verification", user_code=typed, decision="approve")

        assert page.status_code == 400
        assert "return to your terminal" in page.text
        assert {"unknown": "not known", "nothing typed": "No code", "expired": "expired"}.get(state, state) in page.text
