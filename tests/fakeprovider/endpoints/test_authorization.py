"""The authorization endpoint: what the person at the browser decides, and how the client hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def hidden(page: str) -> dict[str, str]:
    """The hidden inputs of a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))


def test_an_approving_user_is_sent_back_at_once(provider: Provider, client: OAuthClient) -> None:
    """Approval redirects without a page, with code, state and issuer (RFC 6749 4.1.2, RFC 9207 2)."""
    answer = client.authorize()

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://127.0.0.1:8090/callback?code=")
    told = client.landed(answer)
    assert (told["state"], told["iss"], set(told)) == ("state-1", provider.issuer, {"code", "state", "iss"})


def test_a_denying_user_is_sent_back_with_an_error(provider: Provider, client: OAuthClient) -> None:
    """Denial redirects with access_denied, state and issuer (RFC 6749 4.1.2.1)."""
    provider.user.denies()

    told = client.landed(client.authorize())

    assert (told["error"], told["state"], told["iss"]) == ("access_denied", "state-1", provider.issuer)
    assert "denied" in told["error_description"]


@pytest.mark.parametrize(("decision", "expected"), [("approve", "code"), ("deny", "error")])
def test_the_page_waits_for_a_person(provider: Provider, client: OAuthClient, decision: str, expected: str) -> None:
    """A user who does nothing is shown a page whose form finishes the sign-in, once."""
    provider.user.ignores()
    page = client.authorize()
    assert page.status_code == 200
    assert "cli" in page.text
    form = {**hidden(page.text), "decision": decision, "person": "user-1"}

    first = client.http.post(provider.url("authorization"), data=form)
    second = client.http.post(provider.url("authorization"), data=form)

    assert first.status_code == 303
    assert expected in client.landed(first)
    assert second.status_code == 400
    assert "return to your terminal" in second.text


def test_the_person_can_be_chosen_on_the_page(provider: Provider, client: OAuthClient) -> None:
    """The sign-in is that of the person chosen on the page."""
    grace = provider.people.new(name="Grace Hopper")
    provider.user.ignores()
    page = client.authorize()
    assert "Grace Hopper" in page.text

    answer = client.post("authorization", **hidden(page.text), decision="approve", person=grace.sub)
    tokens = client.exchange(client.landed(answer)["code"]).json()

    assert client.use(tokens["access_token"]).json()["sub"] == grace.sub


def test_a_page_does_not_wait_for_ever(provider: Provider, client: OAuthClient) -> None:
    """A page that was answered too late says so, and sends nobody anywhere."""
    provider.user.ignores()
    page = client.authorize()
    provider.clock.advance(provider.sign_in_page_lifetime + 1)

    late = client.post("authorization", **hidden(page.text), decision="approve")

    assert late.status_code == 400
    assert "waited too long" in late.text


@pytest.mark.parametrize("hint", ["user-2", "grace@example.test", "grace"])
def test_login_hint_picks_the_person(provider: Provider, client: OAuthClient, hint: str) -> None:
    """A login_hint chooses who signs in (OIDC Core 3.1.2.1)."""
    provider.people.new(sub="user-2", email="grace@example.test", preferred_username="grace")

    tokens = client.sign_in(login_hint=hint)

    assert client.use(tokens["access_token"]).json()["sub"] == "user-2"


@pytest.mark.parametrize("decide", ["denies", "ignores"])
def test_prompt_none_never_shows_a_page(provider: Provider, client: OAuthClient, decide: str) -> None:
    """Without an approving user, prompt=none is login_required (OIDC Core 3.1.2.6)."""
    getattr(provider.user, decide)()

    assert client.landed(client.authorize(prompt="none"))["error"] == "login_required"


def test_prompt_none_works_silently(client: OAuthClient) -> None:
    """With an approving user, prompt=none gives a code."""
    assert client.code(prompt="none")


def test_auth_time_is_that_of_the_person_at_the_browser(provider: Provider, client: OAuthClient) -> None:
    """A browser that is signed in stays so: auth_time moves with prompt=login and with max_age only (OIDC Core 2)."""
    first = auth_time(client)
    provider.clock.advance(100)
    again = auth_time(client)
    young_enough = auth_time(client, max_age=200)
    too_old = auth_time(client, max_age=50)
    provider.clock.advance(100)
    asked_again = auth_time(client, prompt="login")

    assert [again - first, young_enough - first] == [0, 0]
    assert 99 <= too_old - first < 150
    assert 199 <= asked_again - first < 250


def test_max_age_and_prompt_none_need_a_login(provider: Provider, client: OAuthClient) -> None:
    """A sign-in that is too old cannot be renewed silently (OIDC Core 3.1.2.1)."""
    client.sign_in()
    provider.clock.advance(100)

    told = client.landed(client.authorize(prompt="none", max_age=50))

    assert told["error"] == "login_required"
    assert "50 s" in told["error_description"]


def auth_time(client: OAuthClient, **asked: object) -> int:
    """The auth_time in the id token of a sign-in."""
    token = client.sign_in(**asked)["id_token"]
    return int(client.claims(token)["auth_time"])


def test_the_nonce_comes_back_in_the_id_token(client: OAuthClient) -> None:
    """The id token of the code exchange holds the nonce; one from a refresh does not (OIDC Core 3.1.3.6, 12.2)."""
    tokens = client.sign_in(nonce="n-0S6_WzA2Mj")
    refreshed = client.refresh(tokens["refresh_token"]).json()

    assert client.claims(tokens["id_token"])["nonce"] == "n-0S6_WzA2Mj"
    assert "nonce" not in client.claims(refreshed["id_token"])


def test_response_mode_fragment(client: OAuthClient) -> None:
    """response_mode=fragment puts the answer behind the hash."""
    location = urlsplit(client.authorize(response_mode="fragment").headers["Location"])

    assert location.query == ""
    assert {"code", "state", "iss"} == set(dict(parse_qsl(location.fragment)))


def test_response_mode_form_post(client: OAuthClient) -> None:
    """response_mode=form_post is a page with a form that posts the answer (OAuth 2.0 Form Post Response Mode 2)."""
    page = client.authorize(response_mode="form_post", state='"><b>')

    assert page.status_code == 200
    assert 'action="http://127.0.0.1:8090/callback"' in page.text
    assert '"><b>' not in page.text
    assert {"code", "state", "iss"} == set(hidden(page.text))


def test_a_redirect_keeps_its_own_query(client: OAuthClient) -> None:
    """Parameters of the redirect itself stay (RFC 6749 3.1.2)."""
    location = client.authorize(redirect_uri="http://localhost:1/cb?keep=1").headers["Location"]

    assert location.startswith("http://localhost:1/cb?keep=1&code=")


def test_the_issuer_can_be_left_out(provider: Provider, client: OAuthClient) -> None:
    """With send_iss off, answers look like those of a provider before RFC 9207."""
    provider.send_iss = False

    assert "iss" not in client.landed(client.authorize())


def test_the_request_may_be_posted(client: OAuthClient) -> None:
    """Authorization requests work by POST too (OIDC Core 3.1.2.1)."""
    query = client.authorize().request.url.query.decode()
    answer = client.http.post(
        client.provider.url("authorization"),
        content=query,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 303
    assert "code" in client.landed(answer)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"response_type": None}, "invalid_request", "response_type is missing"),
        ({"response_type": "token"}, "unsupported_response_type", "'token'"),
        ({"response_mode": "web_message"}, "invalid_request", "'web_message'"),
        ({"prompt": "none login"}, "invalid_request", "'none' stands alone"),
        ({"prompt": "dance"}, "invalid_request", "'dance'"),
        ({"max_age": "-1"}, "invalid_request", "'-1'"),
        ({"resource": "not a uri"}, "invalid_target", "'not a uri'"),
        ({"request": "x.y.z"}, "request_not_supported", "RFC 9101"),
        ({"nonce": ["one", "two"]}, "invalid_request", "'nonce' arrived 2 times"),
    ],
)
def test_errors_go_back_to_the_client(client: OAuthClient, changes: dict[str, object], code: str, words: str) -> None:
    """What is wrong with the request is told to the client, with the state and the issuer (RFC 6749 4.1.2.1)."""
    told = client.landed(client.authorize(**changes))

    assert told["error"] == code
    assert words in told["error_description"]
    assert (told["state"], told["iss"]) == ("state-1", client.provider.issuer)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": None}, "client_id is missing"),
        ({"client_id": ["a", "b"]}, "arrived 2 times"),
        ({"redirect_uri": None}, "redirect_uri is missing"),
        ({"redirect_uri": "https://example.test/cb"}, "https://example.test/cb"),
        ({"redirect_uri": "/cb"}, "no absolute URI"),
        ({"redirect_uri": "http://127.0.0.1/cb#here"}, "without a fragment"),
        ({"redirect_uri": "javascript:alert(1)"}, "stays in the browser"),
        ({"redirect_uri": "http://127.0.0.1@example.test/"}, "user name"),
        ({"redirect_uri": "com.example.tool:/cb"}, "registered as native"),
        ({"request_uri": "urn:x"}, "used before, or never came from here"),
    ],
)
def test_nobody_is_redirected_to_an_address_nobody_vouched_for(
    client: OAuthClient, changes: dict[str, object], words: str
) -> None:
    """A wrong client or redirect is a page that explains and sends the person back to the terminal."""
    page = client.authorize(**changes)

    assert page.status_code == 400
    assert page.headers["Content-Type"].startswith("text/html")
    assert words in page.text
    assert "return to your terminal" in page.text
    assert words in client.provider.journal.where(endpoint="authorization")[-1].note


def test_a_page_repeats_nothing_unescaped(client: OAuthClient) -> None:
    """What a stranger put into the request is text on the page, never markup."""
    page: httpx.Response = client.authorize(redirect_uri="https://example.test/<script>")

    assert "<script>" not in page.text


def test_a_registered_public_client_must_send_a_challenge(provider: Provider, client: OAuthClient) -> None:
    """It is refused at once, back at the client (RFC 9700 2.1.1)."""
    provider.clients.add(ClientRecord("cli"))
    told = client.landed(client.authorize(code_challenge=None))
    assert (told["error"], told["state"]) == ("invalid_request", "state-1")
    assert "code_challenge is missing; a client without a secret needs it" in told["error_description"]


def test_a_client_nobody_registered_may_come_with_a_secret_instead(client: OAuthClient) -> None:
    """Whether it has one shows at the token endpoint: without secret and challenge the code is worth nothing."""
    unbound = {"code_challenge": None, "code_challenge_method": None}
    code = client.code(**unbound)
    refused = client.exchange(code, code_verifier=None)
    client.refused(refused, "invalid_grant", "must use PKCE", "must send it here", "RFC 9700 2.1.1")
    assert client.exchange(code, code_verifier=None, client_secret="any").status_code == 200
