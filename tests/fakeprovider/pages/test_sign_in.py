"""The sign-in page."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver.support.ui import Select

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.person import Person


class Callback(BaseHTTPRequestHandler):
    """Where the client waits for the browser."""

    def do_GET(self) -> None:
        """Say what arrived in the query."""
        self._say(urlsplit(self.path).query)

    def do_POST(self) -> None:
        """Say what arrived in the form."""
        self._say(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _say(self, arrived: str) -> None:
        body = f"arrived {arrived}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def callback() -> Iterator[str]:
    """The redirect URI of a client that waits there."""
    # Of its own thread for each connection: browsers open some that they never use.
    with ThreadingHTTPServer(("127.0.0.1", 0), Callback) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/callback"
        server.shutdown()
        thread.join()


def arrived(person: Person) -> dict[str, str]:
    """What the browser brought back to the client."""
    person.reads("arrived ")
    return {name: value for name, [value] in parse_qs(person.text.removeprefix("arrived ")).items()}


def test_approving_leads_back_to_the_client(
    anybody: Person, provider: Provider, client: OAuthClient, callback: str
) -> None:
    """The page says who asks for what; the code that comes back is for whoever was chosen."""
    grace = provider.people.new(name="Grace Hopper")
    anybody.go(client.authorization_url(redirect_uri=callback))
    assert "cli asks to act for you" in anybody.text
    assert "offline_access" in anybody.text
    Select(anybody.field("You are")).select_by_value(grace.sub)
    anybody.press_and_leave("Approve")
    code = arrived(anybody)["code"]
    assert provider.store.authorization_codes[code].subject == grace.sub


def test_denying_leads_back_too(anybody: Person, client: OAuthClient, callback: str) -> None:
    """With the error that says so."""
    anybody.go(client.authorization_url(redirect_uri=callback))
    anybody.press_and_leave("Deny")
    assert arrived(anybody)["error"] == "access_denied"


def test_a_form_goes_back(anybody: Person, provider: Provider, client: OAuthClient, callback: str) -> None:
    """With response_mode=form_post nobody has to press anything; where no script runs there is a button."""
    provider.user.approves()
    anybody.go(client.authorization_url(redirect_uri=callback, response_mode="form_post"))
    if not anybody.runs_scripts:
        assert "Your browser runs no scripts" in anybody.text
        anybody.press_and_leave("Continue")
    assert arrived(anybody)["state"] == "state-1"


def test_an_address_nobody_vouched_for(anybody: Person, client: OAuthClient) -> None:
    """The browser stays here, and the page tells why and where to go."""
    anybody.go(client.authorization_url(redirect_uri=f"https://example.test/{'long' * 100}"))
    assert "This sign-in cannot go on" in anybody.text
    assert "return to your terminal" in anybody.text


def test_signing_out(anybody: Person, provider: Provider) -> None:
    """The page says that it is done."""
    anybody.go(provider.url("end_session"))
    assert "You are signed out" in anybody.text
