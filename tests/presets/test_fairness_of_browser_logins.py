"""What real tools were once accused of in a sign-in through the browser, told by small clients that do the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from auth_scenarios.browser import sign_ins
from auth_scenarios.browser import test_callback_server as callback_server
from auth_scenarios.browser import test_endings as endings
from auth_scenarios.verify import ContractBroken
from pytest_auth_provider.clients import Client, ClientGroup
from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.scenario import NotApplicable
from tests.presets.small_clients import Make

LOOPBACK = """
import base64, hashlib, http.server, json, os
authorization, endpoint = sys.argv[2:]
verifier = "v" * 43
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

class Callback(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        came_back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if came_back.get("state") != "s" * 32 or "error" in came_back:
            self.refuse(came_back.get("error"))
        form = dict(grant_type="authorization_code", client_id="acme", redirect_uri=here, code_verifier=verifier)
        with open("token", "w") as file:
            file.write(json.loads(ask(endpoint, code=came_back["code"], **form))["access_token"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def refuse(self, error):
        denied = "you denied the request" if error == "access_denied" else "the provider refused the request"
        print("The sign-in failed:", denied, file=sys.stderr, flush=True)
        os._exit(1)

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

with Server(("127.0.0.1", 0), Callback) as server:
    here = f"http://127.0.0.1:{server.server_port}/callback"
    asked = dict(response_type="code", client_id="acme", redirect_uri=here, code_challenge=challenge)
    asked |= dict(code_challenge_method="S256", state="s" * 32)
    print("open", authorization + "?" + urllib.parse.urlencode(asked), flush=True)
    while not os.path.exists("token"):
        server.handle_request()
"""
"""Ends where a callback is none of its own or brings an error; waits for the end of all connections in the end."""


@pytest.fixture
def client(make: Make, tmp_path: Path) -> Iterator[Client]:
    """A client that signs in like this, with a browser that follows what is printed."""
    adapter = make(LOOPBACK, {"sign_in": "browser"}, login=("{authorization}", "{token}")).adapter
    with ClientGroup(adapter, ClientFactory(tmp_path / "factory"), tmp_path / "clients") as group:
        yield group.new()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a command that does not end for longer than three seconds."""
    monkeypatch.setattr(callback_server, "end", partial(sign_ins.end, seconds=3.0))


@pytest.mark.usefixtures("soon")
def test_who_is_signed_in_and_does_not_end_is_told_so_once(client: Client) -> None:
    """Neonctl waits for a connection that a browser has opened and not used: its sign-in was a good one."""
    unspoilt = client.disk.remember()
    callback_server.test_stray_request_first(client, "idle connection")
    client.disk.restore(unspoilt)
    with pytest.raises(ContractBroken, match="it waited for the browser"):
        callback_server.test_login_returns_to_the_prompt(client, "unused")


def test_who_ends_at_a_callback_shows_no_page(client: Client) -> None:
    """Neonctl ends there: what is not shown holds no script."""
    with pytest.raises(NotApplicable, match="answers it with no page"):
        callback_server.test_callback_page_is_inert(client, "error")


def test_who_ends_at_a_denial_was_told_of_it(client: Client) -> None:
    """Neonctl ends before it answers the browser; that it knows of the denial shows in what it says."""
    endings.test_error_access_denied(client.provider, client)
    assert any("access_denied" in fact for fact in client.exposure.facts)
