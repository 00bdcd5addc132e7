"""Who may control a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider, SettingError

if TYPE_CHECKING:
    from tests.fakeprovider.control.conftest import Controller


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "192.0.2.1", "[::1", "a:b:c", ""])
def test_a_name_of_somebody_else_is_refused(control: Controller, host: str) -> None:
    """A page whose name was rebound to this machine says its own name."""
    answer = control.ask("GET", "/secrets", headers={"Host": host})
    assert answer.status_code == 403
    assert "is no name of this provider" in answer.json()["error"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:9400", "auth.localhost"])
def test_names_of_this_machine_are_welcome(control: Controller, host: str) -> None:
    """However it is called."""
    assert control.ask("GET", "/clock", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_changes_nothing(control: Controller, origin: str) -> None:
    """Its requests are refused; a page of the provider's own is not."""
    answer = control.ask("POST", "/reset", headers={"Origin": origin})
    assert answer.status_code == 403
    assert control.ask("POST", "/reset", headers={"Origin": control.provider.origin}).status_code == 200


@pytest.mark.parametrize("relation", ["cross-site", "same-site", "Cross-Site", "anything"])
def test_a_page_of_another_origin_changes_nothing(control: Controller, relation: str) -> None:
    """A browser that says so, and no `Origin`, is believed; another port of this machine is another origin."""
    for path in ("/reset", "/console/reset"):
        answer = control.ask("POST", path, headers={"Sec-Fetch-Site": relation})
        assert answer.status_code == 403
        assert "a page of another origin (Sec-Fetch-Site:" in answer.json()["error"]
    for welcome in ("same-origin", "none"):
        assert control.ask("POST", "/reset", headers={"Sec-Fetch-Site": welcome}).status_code == 200
    assert control.ask("GET", "/console", headers={"Sec-Fetch-Site": relation}).status_code == 200


@pytest.mark.parametrize("path", ["/clock", "/journal/har", "/journal/timeline", "/nowhere", "/console/console.js"])
def test_no_browser_guesses_what_an_answer_is(control: Controller, path: str) -> None:
    """What clients sent is in these answers: it never becomes a script or a page."""
    assert control.ask("GET", path).headers["X-Content-Type-Options"] == "nosniff"


def test_other_machines_need_the_token() -> None:
    """Bound to every address there is a token, the same for all issuers, and nothing is said without it."""
    with Provider(host="0.0.0.0", control=True) as provider:  # noqa: S104 - the point of the test
        other = provider.beside("/b")
        assert provider.control is not None
        assert other.control is not None
        token = provider.control.token
        assert token
        assert other.control.token == token
        url = f"http://127.0.0.1:{provider.origin.rpartition(':')[2]}/_control/clock"
        with httpx.Client(trust_env=False) as http:
            browser = http.get(url, auth=("anybody", token))
            nothing = http.get(url)
            wrong = http.get(url, headers={"Authorization": "Bearer guess"})
            right = http.get(url, headers={"Authorization": f"Bearer {token}", "Host": "auth.test"})
            described = http.get(url[:-5] + "openapi.json", headers={"Authorization": f"Bearer {token}"}).json()
    assert (nothing.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert browser.status_code == 200
    assert "none arrived" in nothing.json()["error"]
    assert "another token arrived" in wrong.json()["error"]
    assert nothing.headers["WWW-Authenticate"].startswith("Bearer")
    assert described["security"] == [{"control_token": []}]


def test_the_name_it_is_known_as() -> None:
    """In a container the issuer and the API say how clients reach them, and its control listens to that name."""
    with Provider(control=True, origin="http://auth.test:9400") as provider:
        assert provider.issuer == "http://auth.test:9400"
        assert provider.api.startswith("http://auth.test:")
        assert provider.control is not None
        assert provider.control.url == "http://auth.test:9400/_control"


@pytest.mark.parametrize("origin", ["auth.test", "http://auth.test/", "http://u@auth.test", "ftp://a", "http://a:x", 5])
def test_what_is_no_origin(origin: str) -> None:
    """It is refused as the provider is made."""
    with pytest.raises(SettingError, match="provider setting 'origin'"):
        Provider(origin=origin)


def test_what_is_no_port() -> None:
    """Likewise."""
    with pytest.raises(SettingError, match="provider setting 'api_port'"):
        Provider(api_port=65536)
