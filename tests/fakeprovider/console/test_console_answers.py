"""What the console answers, without a browser."""

from __future__ import annotations

import re

import httpx
import pytest

from fakeprovider import Provider


def test_it_is_linked(provider: Provider, console: str, http: httpx.Client) -> None:
    """The overview of the control API says where it is."""
    assert provider.control is not None
    assert http.get(f"{provider.control.url}/").json()["console"] == console


def test_nothing_comes_from_elsewhere(console: str, http: httpx.Client) -> None:
    """The page names its own style and script only, both have their types, and its policy forbids the rest."""
    page = http.get(console)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (page.headers["X-Frame-Options"], page.headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert not re.search(r'<script>|\sstyle="|\son\w+="', page.text)
    named = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page.text)
    types = {name: http.get(httpx.URL(console).join(name)).headers["Content-Type"] for name in named}
    assert types == {
        "/_control/console/console.css": "text/css; charset=utf-8",
        "/_control/console/console.js": "text/javascript; charset=utf-8",
    }
    assert http.get(f"{console}/jquery.js").status_code == 404


def test_what_clients_send_is_only_text(provider: Provider, console: str, http: httpx.Client) -> None:
    """Markup, bytes that are no text, halves of characters, broken tokens, endless bodies: all shown, none believed."""
    token = provider.url("token")
    http.post(token, data={"client_id": "<script>alert(1)</script>", "grant_type": "<b>"})
    http.post(token, content=b"\xff\xfe\x00", headers={"Content-Type": "application/x-www-form-urlencoded"})
    http.post(token, content=b'{"client_id": "\\ud800"}', headers={"Content-Type": "application/json"})
    http.post(token, content=b"[" * 50_000, headers={"Content-Type": "application/json"})
    http.post(token, content=b"x" * 1_000_001)
    http.post(token, data={"assertion": "eyJhbGciOiJub25lIn0.eyJ.x eyJhbGciOiJub25lIn0.e30."})
    page = http.get(console)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<b>" not in page.text
    assert "not text: as base64" in page.text
    assert "the first 20000 characters of 1000001 bytes" in page.text


def test_the_list_is_bounded(provider: Provider, console: str, http: httpx.Client) -> None:
    """The newest 200 are in the page; with `since` what came after."""
    for _ in range(210):
        http.get(provider.url("jwks"))
    numbers = [int(number) for number in re.findall(r'id="exchange-(\d+)"', http.get(console).text)]
    assert numbers == list(range(210, 10, -1))
    assert re.findall(r'id="exchange-(\d+)"', http.get(console, params={"since": 208}).text) == ["210", "209"]


def test_every_issuer_has_its_own(provider: Provider, http: httpx.Client) -> None:
    """Below its path, and its forms lead back there."""
    other = provider.beside("/other", "keycloak")
    assert other.control is not None
    url = f"{other.control.url}/console"
    assert "keycloak" in http.get(url).text
    answer = http.post(f"{url}/clock", data={"seconds": "60"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/other/_control/console#clock")
    assert (provider.clock.advanced, other.clock.advanced) == (0, 60)


@pytest.mark.parametrize("act", ["faults", "clock", "user", "clear", "reset", "faults/1/disarm", "sessions/a/end"])
def test_a_page_of_another_site_does_nothing(console: str, http: httpx.Client, act: str) -> None:
    """Its forms are refused as everything else it sends."""
    assert http.post(f"{console}/{act}", headers={"Origin": "https://evil.test"}).status_code == 403


@pytest.mark.parametrize(
    ("act", "form", "told"),
    [
        ("clock", {"seconds": "soon"}, "seconds: expected a valid number"),
        ("clock", {}, "seconds: is missing"),
        ("user", {"decision": "maybe"}, "decision: expected"),
        ("user", {"person": "nobody"}, "nobody is"),
        ("faults", {"text": "token : Reset()", "seconds": "-1"}, "seconds: expected"),
        ("faults/7/disarm", {}, "was armed here"),
        ("sessions/none/end", {}, "is known"),
    ],
)
def test_forms_that_mean_nothing(console: str, http: httpx.Client, act: str, form: dict[str, str], told: str) -> None:
    """The page comes back with the reason where the form is."""
    answer = http.post(f"{console}/{act}", data=form)
    assert answer.status_code == 422
    assert told in answer.text.partition('role="alert"')[2]


def test_the_token_is_the_password_of_a_browser() -> None:
    """Reached from other machines the page is nobody's but theirs who have the token."""
    with Provider(host="0.0.0.0", control=True) as provider:  # noqa: S104 - the point of the test
        assert provider.control is not None
        url = f"http://127.0.0.1:{provider.address[1]}/_control/console"
        with httpx.Client(trust_env=False) as http:
            refused = http.get(url)
            assert refused.status_code == 401
            assert "Basic realm=" in refused.headers["WWW-Authenticate"]
            assert http.get(url, auth=("me", "guess")).status_code == 401
            assert http.get(url, auth=("me", provider.control.token)).status_code == 200
