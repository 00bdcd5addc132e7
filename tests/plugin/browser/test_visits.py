"""However a client gets the person to a page, the visit brings them back."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest

from fakeprovider import Provider
from fakeprovider.faults import Redirect, ServerError
from pytest_auth_provider.browser.shim import PROGRAMS
from pytest_auth_provider.clients import LoginFailed, Outcome, Step
from tests.support.sandboxed import Make


def callbacks(outcome: Outcome) -> list[str]:
    """What arrived at the client's loopback server, as it tells on its last line."""
    told: list[str] = json.loads(outcome.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("how", ["open", "foreground", "background", "print", "both", "prompt", "wrap"])
def test_a_client_is_signed_in(make: Make, how: str) -> None:
    """A page that is opened, by whatever program, or printed, however it is wrapped, is visited once."""
    client = make(how)
    outcome = client.login()
    (visit,) = client.browser.visits
    assert (visit.done, visit.status, visit.page, visit.problem) == (True, 200, "<p>Return to the terminal.</p>", "")
    assert [urlsplit(url).path for url, _status in visit.hops] == ["/authorize", "/callback"]
    assert [status for _url, status in visit.hops] == [302, 200]
    (callback,) = callbacks(outcome)
    assert visit.callback.endswith(callback)
    assert client.holds_credentials()


def test_a_visit_knows_what_was_asked(make: Make, provider: Provider) -> None:
    """The authorization request in the URL, by its standard names."""
    client = make("open")
    client.login()
    visit = client.browser.last
    request = visit.request
    assert request is not None
    assert visit.url.startswith(provider.url("authorization"))
    assert visit.how == "opened"
    assert client.browser.opened == [visit.url]
    assert (request.client_id, request.response_type, request.code_challenge_method) == ("code-client", "code", "S256")
    assert (request.scope, request.nonce) == ("openid offline_access", "n-1")
    assert request.redirect_uri.startswith("http://127.0.0.1:")
    assert parse_qs(urlsplit(visit.callback).query)["state"] == [request.state]
    assert request.parameters["code_challenge"] == request.code_challenge


@pytest.mark.parametrize("browser", ["{browser} %s", "{browser}", "{browser} %s &", "{browser} --new-tab %s"])
def test_python_opens_a_page_however_browser_is_spelled(make: Make, browser: str) -> None:
    """With a place for the URL and without, in the foreground and in the background."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}", "BROWSER": browser})
    assert "not opened" not in client.login().stdout
    assert len(client.browser.visits) == 1


@pytest.mark.parametrize("program", [*PROGRAMS[:14], "gio open", "open -a Firefox", "firefox --new-window"])
def test_every_program_for_pages_is_ours(make: Make, program: str) -> None:
    """Whatever program is called, and without a variable of its environment."""
    client = make("program", program)
    client.login()
    assert len(client.browser.opened) == 1


def test_a_url_in_an_option_is_found(make: Make, provider: Provider) -> None:
    """As in `chromium --app=URL`."""
    client = make(command=("sh",), run={"login": (Step(("-c", "chromium '--app=https://example.com/?a=b&c' --flag")),)})
    client.attempt_login()
    assert client.browser.opened == ["https://example.com/?a=b&c"]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_node_opens_a_page(make: Make) -> None:
    """As the package `open` does: detached, nothing awaited, with a URL longer than a pipe takes at once."""
    script = (
        "const child_process = require('child_process');"
        "const url = process.env.AUTHORIZATION + '?client_id=a&response_type=code&state=' + 'x'.repeat(9000);"
        "const child = child_process.spawn('xdg-open', [url], {stdio: 'ignore', detached: true}); child.unref();"
    )
    client = make(command=("node",), run={"login": (Step(("-e", script)),)})
    outcome = client.attempt_login()
    assert outcome.exit_code == 0
    assert client.browser.last.request is not None
    assert len(client.browser.last.request.state) == 9000


@pytest.mark.parametrize("odd", ["slow", "late"])
def test_a_loopback_server_may_take_its_time(make: Make, odd: str) -> None:
    """It answers slowly, or listens only after the page was opened."""
    client = make("open", odd)
    client.login()
    assert client.browser.last.status == 200


def test_a_loopback_server_may_close_early(make: Make) -> None:
    """What has arrived of the page is what the person sees."""
    client = make("open", "early")
    client.login()
    assert client.browser.last.page == "<p>Return to the terminal.</p>"


def test_a_client_that_has_gone_is_not_waited_for(make: Make) -> None:
    """Nobody listens any more: the visit ends with the command, and says why."""
    script = 'xdg-open "$AUTHORIZATION?response_type=code&client_id=a&code_challenge=$C&code_challenge_method=S256'
    script += '&redirect_uri=http://127.0.0.1:1/"'
    env = {"AUTHORIZATION": "{authorization}", "C": "c" * 43}
    client = make(command=("sh",), run={"login": (Step(("-c", script)),)}, env=env)
    client.attempt_login()
    visit = client.browser.last
    assert visit.done
    assert visit.problem.startswith("http://127.0.0.1:1/: ConnectError")
    assert visit.status == 302


def test_pages_elsewhere_are_never_visited(make: Make) -> None:
    """They are written down; nothing leaves this machine."""
    url = "https://accounts.example.com/authorize?client_id=a&response_type=code"
    client = make(command=("sh",), run={"login": (Step(("-c", f"xdg-open '{url}'; echo '{url}'")),)})
    client.attempt_login()
    (visit,) = client.browser.visits
    assert visit.problem == "not visited: https://accounts.example.com:443 is not on this machine"


def test_pages_of_a_device_flow_are_not_visited(make: Make, provider: Provider) -> None:
    """Device codes are approved by the user, whether the page is opened or printed."""
    script = 'xdg-open "$PAGE"; echo "$PAGE"'
    client = make(command=("sh",), run={"login": (Step(("-c", script)),)}, env={"PAGE": "{issuer}/device?user_code=A"})
    outcome = client.attempt_login()
    assert client.browser.opened == [f"{provider.issuer}/device?user_code=A"]
    assert client.browser.visits == []
    assert outcome.exchanges == ()


def test_redirects_of_the_provider_are_followed(make: Make, provider: Provider) -> None:
    """A provider that sends the person around first."""
    client = make("open")
    with provider.failing(Redirect(origin=provider.origin, status=307), at="authorization", times=2):
        client.login()
    assert [status for _url, status in client.browser.last.hops] == [307, 307, 302, 200]


def test_an_error_page_of_the_provider_is_where_it_ends(make: Make, provider: Provider) -> None:
    """The visit has its status, and nothing reaches the client."""
    client = make("open")
    with provider.failing(ServerError(503), at="authorization"):
        running = client.start("login")
        assert client.browser.wait_for_visit().wait()
    running.kill()
    running.wait()
    assert (client.browser.last.status, client.browser.last.callback) == (503, "")


@pytest.mark.parametrize(("mode", "how"), [("shim", "print"), ("printed", "open"), ("none", "both")])
def test_only_what_the_adapter_says_is_visited(make: Make, mode: str, how: str) -> None:
    """`browser = "shim"` leaves out what is printed, `"printed"` what is opened, `"none"` both."""
    client = make(how, browser=mode, env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}", "PATIENCE": "0.2"})
    client.attempt_login()
    assert client.browser.visits == []
    assert len(client.browser.opened) == (how != "print")


def test_where_no_browser_is_there_the_person_follows_what_is_printed(make: Make) -> None:
    """Opening fails, and the page is visited all the same."""
    client = make("both")
    client.browser.is_missing()
    assert client.login().stdout.startswith("not opened")
    assert client.browser.last.how == "printed"


def test_two_clients_at_once_have_a_browser_each(make: Make) -> None:
    """Visits of one do not show up at the other."""
    clients = [make("open"), make("print")]
    started = [client.start("login") for client in clients]
    assert [running.wait().exit_code for running in started] == [0, 0]
    assert [[visit.how for visit in client.browser.visits] for client in clients] == [["opened"], ["printed"]]


def test_two_commands_of_one_client_share_it(make: Make) -> None:
    """Each command waits for its own visits only."""
    client = make("open")
    started = [client.start("login") for _number in range(3)]
    assert [running.wait().exit_code for running in started] == [0, 0, 0]
    assert len({visit.command for visit in client.browser.visits}) == 3


def test_a_provider_on_https_is_visited(make: Make) -> None:
    """The browser trusts the provider's authority, and so does the client."""
    with Provider(tls=True) as provider:
        client = make("open", provider=provider)
        client.login()
        assert [status for _url, status in client.browser.last.hops] == [302, 200]


def test_a_form_post_is_submitted(make: Make, provider: Provider) -> None:
    """What a script in a real browser would do (OAuth 2.0 Form Post Response Mode)."""
    authorization = provider.url("authorization")
    page = f"{authorization}?response_type=code&response_mode=form_post&client_id=a&state=s&code_challenge={'c' * 43}"
    page += "&code_challenge_method=S256&redirect_uri="
    listening = (
        "import http.server as h, subprocess, os, sys\n"
        "class C(h.BaseHTTPRequestHandler):\n"
        "    def do_POST(self):\n"
        "        print(self.rfile.read(int(self.headers['Content-Length'])).decode())\n"
        "        self.send_response(204); self.end_headers()\n"
        "    def log_message(self, *_): pass\n"
        "s = h.HTTPServer(('127.0.0.1', 0), C)\n"
        "subprocess.run([os.environ['BROWSER'], sys.argv[1] + f'http://127.0.0.1:{s.server_port}/'])\n"
        "s.handle_request()\n"
    )
    client = make(command=("{python}",), run={"login": (Step(("-c", listening, page)),)})
    client.browser.tampers(state="wrong")
    outcome = client.attempt_login()
    sent = parse_qs(outcome.stdout.strip())
    assert sent["state"] == ["sx"]
    assert client.browser.last.status == 204
    assert [exchange.endpoint for exchange in provider.journal] == ["authorization"]


def test_what_was_not_visited_is_explained(make: Make) -> None:
    """A test that expects a visit is told what there was."""
    client = make("program", "true")
    with pytest.raises(LoginFailed):
        make("program", "true", env={"AUTHORIZATION": "{authorization}", "PATIENCE": "0.1"}).login()
    with pytest.raises(LookupError, match="it opened nothing, and printed no authorization request"):
        _ = client.browser.last


def test_the_shim_is_gone_with_its_sandbox(make: Make) -> None:
    """Its programs fail at once, and nobody waits at a pipe that nobody reads."""
    client = make("open")
    program = client.sandbox.bin / "xdg-open"
    client.browser.close()
    client.browser.close()
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    assert subprocess.run([str(program), "https://example.com"], check=False).returncode == 1


def test_the_old_name_of_the_request_is_answered(make: Make) -> None:
    """Code that still reads `asked` of a visit is told the new name."""
    old_name = "asked"
    client = make("open")
    client.login()
    with pytest.raises(AttributeError, match=r"Visit\.asked is called Visit\.request"):
        _ = getattr(client.browser.last, old_name)
