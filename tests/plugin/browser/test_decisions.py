"""What the person does: each decision, and what arrives at the client."""

from __future__ import annotations

import json
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
