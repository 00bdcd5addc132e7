"""Sign-out at the browser (OIDC RP-Initiated Logout 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

BACK = "http://127.0.0.1:8090/signed-out"


def sign_out(client: OAuthClient, **parameters: str) -> httpx.Response:
    """Send the browser to the end session endpoint."""
    return client.http.get(client.provider.url("end_session"), params=parameters)


def test_the_session_of_the_hint_ends(provider: Provider, client: OAuthClient) -> None:
    """The browser goes back with the state, and every token of the session is dead; an expired hint is as good."""
    tokens = client.sign_in()
    provider.clock.advance(3700)

    answer = sign_out(client, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK, state="s&1")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BACK}?state=s%261")
    client.refused(client.refresh(tokens["refresh_token"]), "invalid_grant", "signed out at the provider")


def test_without_a_way_back_there_is_a_page(client: OAuthClient) -> None:
    """No redirect asked for: a page says that the browser is signed out; tokens stay as they are without a hint."""
    tokens = client.sign_in()

    page = sign_out(client)

    assert page.status_code == 200
    assert "You are signed out" in page.text
    assert client.use(tokens["access_token"]).status_code == 200


def test_the_browser_has_to_sign_in_again(provider: Provider, client: OAuthClient) -> None:
    """After the sign-out, auth_time is that of the next sign-in."""
    before = client.claims(client.sign_in()["id_token"])["auth_time"]
    provider.clock.advance(100)
    sign_out(client)

    assert client.claims(client.sign_in()["id_token"])["auth_time"] - before >= 99


def test_nobody_is_signed_in_silently_afterwards(client: OAuthClient) -> None:
    """With prompt=none a client is told that a page is needed until the person has signed in there."""
    client.sign_in()
    sign_out(client)

    assert client.landed(client.authorize(prompt="none"))["error"] == "login_required"
    client.sign_in()
    assert "code" in client.landed(client.authorize(prompt="none"))


def test_a_registered_way_back(provider: Provider, client: OAuthClient) -> None:
    """An address away from this machine must be registered."""
    provider.clients.add(ClientRecord("cli", post_logout_redirect_uris=("https://tool.example.test/bye",)))

    known = sign_out(client, client_id="cli", post_logout_redirect_uri="https://tool.example.test/bye")
    unknown = sign_out(client, client_id="cli", post_logout_redirect_uri="https://tool.example.test/elsewhere")

    assert known.is_redirect
    assert unknown.status_code == 400
    assert "https://tool.example.test/bye" in unknown.text


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"post_logout_redirect_uri": BACK}, "needs an id_token_hint or a client_id"),
        ({"id_token_hint": "made-up"}, "no id token this provider issued"),
        ({"post_logout_redirect_uri": "https://example.test", "client_id": "cli"}, "https://example.test"),
    ],
)
def test_errors_are_a_page(client: OAuthClient, parameters: dict[str, str], words: str) -> None:
    """What is wrong is told to the person, who is sent nowhere."""
    page = sign_out(client, **parameters)

    assert page.status_code == 400
    assert words in page.text
    assert "return to your terminal" in page.text


def test_the_hint_must_be_for_the_client(client: OAuthClient) -> None:
    """A client_id beside a hint for another client is refused, naming both."""
    page = sign_out(client, id_token_hint=client.sign_in()["id_token"], client_id="other")

    assert page.status_code == 400
    assert "&#39;other&#39;" in page.text
    assert "&#39;cli&#39;" in page.text
