"""What the person does: each decision, and what arrives at the client."""

from __future__ import annotations

import json
import subprocess
import threading
from urllib.parse import parse_qsl, urlsplit

import pytest

from fakeprovider import Provider
from pytest_auth_provider.browser.visit import OTHER_ISSUER
from pytest_auth_provider.clients import Client, Outcome
from tests.support.sandboxed import Make


def arrived(outcome: Outcome) -> list[str]:
    """What arrived at the client's loopback server."""
    told: list[str] = json.loads(outcome.stdout.splitlines()[-1])
    return told


def answer(outcome: Outcome) -> dict[str, str]:
    """The parameters of the one callback."""
    (callback,) = arrived(outcome)
    return dict(parse_qsl(urlsplit(callback).query))


def requested_state(client: Client) -> str:
    """The state of the request."""
    request = client.browser.last.request
    assert request is not None
    return request.state


def test_approving_is_what_happens_by_itself(make: Make, provider: Provider) -> None:
    """The answer has code, state and issuer, untouched."""
    client = make("open")
    answered = answer(client.login())
    assert answered.keys() == {"code", "state", "iss"}
    assert (answered["state"], answered["iss"]) == (requested_state(client), provider.issuer)


def test_denying_sends_an_error(make: Make) -> None:
    """`access_denied`, and the state with it; then approving helps."""
    client = make("open")
    client.browser.denies()
    outcome = client.attempt_login()
    assert answer(outcome)["error"] == "access_denied"
    assert answer(outcome)["state"] == requested_state(client)
    assert outcome.stderr == "Error: access_denied\n"
    assert client.browser.last.status == 200
    client.browser.approves()
    client.login()


def test_one_person_decides_for_both(make: Make, provider: Provider) -> None:
    """What `provider.user` was told counts at the browser, too; one who ignores the page stays on it."""
    client = make("open")
    provider.user.ignores()
    running = client.start("login")
    visit = client.browser.wait_for_visit()
    assert visit.wait()
    running.kill()
    running.wait()
    assert (visit.status, visit.callback) == (200, "")
    assert "code-client" in visit.page


@pytest.mark.parametrize("how", ["open", "print"])
def test_the_state_is_wrong(make: Make, how: str) -> None:
    """As long as the true one, and made of the same characters."""
    client = make(how)
    client.browser.tampers(state="wrong")
    state = answer(client.attempt_login())["state"]
    assert state != requested_state(client)
    assert sorted(state) == sorted(requested_state(client))


@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_a_parameter_is_missing(make: Make, name: str) -> None:
    """It is, and the others are there."""
    client = make("open")
    client.browser.tampers(**{name: "missing"})
    assert answer(client.attempt_login()).keys() == {"code", "state", "iss"} - {name}


def test_the_issuer_is_another(make: Make) -> None:
    """As in a mix-up attack (RFC 9207)."""
    client = make("open")
    client.browser.tampers(iss="other")
    assert answer(client.attempt_login())["iss"] == OTHER_ISSUER


def test_an_answer_is_changed_at_will(make: Make) -> None:
    """Any text stands in the place of a parameter, or is added; approving ends it."""
    client = make("open")
    client.browser.tampers(code="missing", error="server_error")
    outcome = client.attempt_login()
    assert outcome.stderr == "Error: server_error\n"
    client.browser.approves()
    client.login()


def test_the_callback_comes_twice(make: Make) -> None:
    """The same request, at the same time; the client may have stopped listening for the second."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}", "REPEATS": "1"})
    client.browser.duplicates_callback()
    outcome = client.login()
    first, second = arrived(outcome)
    assert first == second
    assert client.browser.last.status == 200


def test_a_stray_request_comes_first(make: Make) -> None:
    """The client answers it and goes on waiting; what it answered is known."""
    client = make("open")
    client.browser.stray_request_first()
    outcome = client.login()
    stray, callback = arrived(outcome)
    assert stray == "/favicon.ico"
    assert callback.startswith("/callback?")
    assert client.browser.last.stray_status == 404


def test_decisions_are_combined(make: Make) -> None:
    """Each changes one thing: a denial after a stray request, with a wrong state."""
    client = make("open")
    client.browser.denies()
    client.browser.stray_request_first("/robots.txt")
    client.browser.tampers(state="missing")
    outcome = client.attempt_login()
    stray, callback = arrived(outcome)
    assert stray == "/robots.txt"
    assert dict(parse_qsl(urlsplit(callback).query)).keys() == {"error", "error_description", "iss"}


def test_the_person_takes_their_time(make: Make) -> None:
    """The client waits until an event is set."""
    client = make("open")
    returned = threading.Event()
    client.browser.late(returned)
    running = client.start("login")
    visit = client.browser.wait_for_visit()
    assert running.running
    assert (visit.done, visit.hops) == (False, [])
    returned.set()
    assert running.wait().exit_code == 0
    assert visit.status == 200


def test_the_person_is_late_by_seconds(make: Make) -> None:
    """And comes."""
    client = make("open")
    client.browser.late(0.05)
    client.login()
    assert client.browser.last.status == 200


@pytest.mark.parametrize("until", [3600.0, threading.Event()])
def test_a_person_who_comes_too_late_is_not_waited_for(make: Make, until: float | threading.Event) -> None:
    """The client gave up; so does the visit, at once, and makes no request."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "PATIENCE": "0.1"})
    client.browser.late(until)
    outcome = client.attempt_login()
    assert client.browser.last.problem == "nobody waited for it any more"
    assert outcome.exchanges == ()


def test_the_person_never_comes(make: Make) -> None:
    """The visit is known, and nothing was requested."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "PATIENCE": "0.1"})
    client.browser.never()
    outcome = client.attempt_login()
    assert client.browser.last.problem == "the person never looked at it"
    assert outcome.exchanges == ()


def test_a_killed_client_ends_its_visit(make: Make) -> None:
    """Nothing is left that waits for a page."""
    client = make("open")
    client.browser.late(3600)
    running = client.start("login")
    visit = client.browser.wait_for_visit()
    running.kill()
    running.wait()
    assert visit.done


def test_a_forged_callback_comes_first(make: Make) -> None:
    """The client sees the changes that were asked for, and then the callback as the provider sent it."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}", "REPEATS": "1"})
    client.browser.forged_callback_first(state="other", code="forged")
    forged, true = (dict(parse_qsl(urlsplit(path).query)) for path in arrived(client.attempt_login()))
    assert forged["code"] == "forged"
    assert forged["state"] != true["state"]
    assert client.browser.last.strays[0].status == 200


def test_a_connection_stays_open(make: Make) -> None:
    """The browser has its page, and does not close."""
    client = make("open")
    client.browser.keeps_connection()
    client.login()
    visit = client.browser.last
    assert (visit.status, visit.content_type) == (200, "text/html")
    assert visit.page == "<p>Return to the terminal.</p>"


def test_an_idle_connection_comes_first(make: Make) -> None:
    """A server that is busy with it answers nothing else: the callback waits, and is given up with the command."""
    client = make("open", env={"AUTHORIZATION": "{authorization}", "TOKEN": "{token}", "PATIENCE": "1"})
    client.browser.idle_connection_first(b"GET / HT")
    running = client.start("login")
    visit = client.browser.wait_for_visit()
    assert not visit.wait(0.5)
    running.kill()
    running.wait()
    assert [url for url, _status in visit.hops if url == visit.callback] == []


def test_a_browser_that_shows_nothing(make: Make) -> None:
    """What opens a page succeeds, and the person goes where the printed address leads."""
    client = make("both")
    client.browser.shows_nothing()
    outcome = client.login()
    assert "opened in" in outcome.stdout
    assert [visit.how for visit in client.browser.visits] == ["printed"]
    assert len(outcome.opened) == 1


def test_a_browser_that_stays(make: Make) -> None:
    """The program does not return as long as the client lives, and is gone afterwards."""
    client = make("background")
    client.browser.stays()
    outcome = client.login()
    assert len(outcome.opened) == 1
    assert [leftover for leftover in outcome.leftovers if "xdg-open" in leftover]


def test_a_client_that_does_not_listen_yet(make: Make) -> None:
    """That the first callback was refused is known."""
    client = make("open", "late")
    client.login()
    assert client.browser.last.refused


def test_other_addresses_are_recorded_too(make: Make) -> None:
    """Programs are handed what is no address of the web: that is recorded, and nobody goes there."""
    client = make("open")
    subprocess.run([client.sandbox.bin / "xdg-open", "--new-window", "javascript:alert(1)"], check=True)
    client.browser.due_in()
    assert client.browser.opened == ["javascript:alert(1)"]
    assert client.browser.last.wait()
    assert client.browser.last.hops == []
