"""Signing in through the browser: what is asked, what is taken for the answer, and what is not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from reference_client import browser, clock, loopback
from reference_client.flows import browser as flow
from tests.support.stub_provider import DISCOVERY, NOW, NewToken, Reply, Run, StubProvider

Bring = Callable[[dict[str, str], str], dict[str, str]]
"""Given the authorization request and the issuer: the parameters of one callback."""


Person = Callable[..., list[int]]
"""Lets the person come back with callbacks, one after the other; returns what they are answered."""


@pytest.fixture(autouse=True)
def real_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a browser takes its time."""
    began = time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: NOW + time.monotonic() - began)


@pytest.fixture
def person(stub: StubProvider, access_token: NewToken, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Let the person come back with callbacks, one after the other; return the list of what they are answered."""
    endpoints = {f"{name}_endpoint": f"{stub.url}/{name}" for name in ("token", "authorization")}
    promise = {"authorization_response_iss_parameter_supported": True}
    members = {"issuer": stub.url, "jwks_uri": f"{stub.url}/jwks", **endpoints, **promise}
    stub.answers(DISCOVERY, Reply(body=members))
    stub.answers("/token", Reply(body={"access_token": access_token(), "token_type": "Bearer"}))

    def comes(*brings: Bring) -> list[int]:
        statuses: list[int] = []

        def visit(url: str) -> None:
            asked = dict(parse_qsl(urlsplit(url).query))
            for bring in brings:
                query = urlencode(bring(asked, stub.url))
                statuses.append(httpx.get(f"{asked['redirect_uri']}?{query}").status_code)

        def open_page(url: str) -> None:
            threading.Thread(target=visit, args=(url,)).start()

        monkeypatch.setattr(browser, "open_page", open_page)
        return statuses

    return comes


def approved(asked: dict[str, str], issuer: str) -> dict[str, str]:
    """What the provider sends."""
    return {"code": "c-1", "state": asked["state"], "iss": issuer}


def test_the_code_is_exchanged_with_its_verifier(run: Run, stub: StubProvider, person: Person) -> None:
    """And the person is signed in."""
    person(approved)
    ran = run("login", "--browser")
    assert (ran.code, ran.err) == (0, "")
    (asked,) = [one for one in stub.asked if one.path == "/token"]
    url = next(line for line in ran.out.splitlines() if line.startswith("http"))
    request = dict(parse_qsl(urlsplit(url).query))
    assert flow.challenge(asked.form["code_verifier"]) == request["code_challenge"]
    assert (asked.form["code"], asked.form["redirect_uri"]) == ("c-1", request["redirect_uri"])


def test_what_is_not_meant_for_us_changes_nothing(run: Run, person: Person) -> None:
    """Another state, no state, two of them; and the first answer is the only one."""
    statuses = person(
        lambda asked, issuer: {**approved(asked, issuer), "state": "other"},
        lambda _asked, _issuer: {"error": "access_denied"},
        approved,
    )
    assert run("login", "--browser").code == 0
    assert statuses[:2] == [400, 400]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"error": "access_denied"}, "denied in the browser"),
        ({"error": "server_error"}, "the provider ended the sign-in (server_error)"),
        ({"code": ""}, "without a code"),
        ({"iss": "https://other.example"}, "from another provider"),
    ],
)
def test_an_answer_that_ends_it(
    run: Run, stub: StubProvider, person: Person, changes: dict[str, str], told: str
) -> None:
    """Each with its own message, and nothing is exchanged."""
    person(lambda asked, issuer: {**approved(asked, issuer), **changes})
    ran = run("login", "--browser")
    assert ran.code == 1
    assert told in ran.err
    assert "/token" not in [one.path for one in stub.asked]


def test_nobody_comes_back(run: Run, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends by itself, and says so."""
    person()
    monkeypatch.setattr(flow, "PATIENCE", 0.1)
    assert "nobody came back" in run("login", "--browser").err


def test_a_port_that_is_taken(run: Run, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent to a port that another program has; once it has ended, that is where the browser comes back."""
    seen: list[str] = []

    def approve(asked: dict[str, str], issuer: str) -> dict[str, str]:
        seen.append(asked["redirect_uri"])
        return approved(asked, issuer)

    person(approve)
    with ExitStack() as others:
        port = others.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        with suppress(OSError):  # not every machine has it
            others.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        ran = run("login", "--browser", "--callback-port", str(port))
    assert (ran.code, seen) == (1, [])
    assert f"port {port}, to which the browser would come back, is in use by another program" in ran.err
    monkeypatch.setenv("AUTH_REFERENCE_CALLBACK_PORT", str(port))
    assert run("login", "--browser").code == 0
    assert run("login", "--browser").code == 0  # at once, although the last connection is hardly over
    assert seen == [f"http://127.0.0.1:{port}/callback"] * 2


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "javascript:alert(1)", "http://h/a b", "-x", 7])
def test_only_addresses_of_the_web_are_opened(
    run: Run, stub: StubProvider, monkeypatch: pytest.MonkeyPatch, endpoint: object
) -> None:
    """Whatever else the metadata say is refused, and neither shown nor opened."""
    members = {"issuer": stub.url, "jwks_uri": f"{stub.url}/jwks", "token_endpoint": f"{stub.url}/token"}
    stub.answers(DISCOVERY, Reply(body={**members, "authorization_endpoint": endpoint}))
    opened: list[str] = []
    monkeypatch.setattr(browser, "open_page", opened.append)
    ran = run("login", "--browser")
    assert (ran.code, ran.out, opened) == (1, "", [])
    assert "authorization_endpoint" in ran.err


def test_a_parameter_that_is_there_twice_makes_no_response() -> None:
    """RFC 6749 3.1: request and response parameters are not included more than once."""
    assert loopback.parameters("state=1&code=2") == {"state": "1", "code": "2"}
    assert loopback.parameters("state=1&state=2") == {}
    assert loopback.parameters("&".join(f"p{number}=" for number in range(200))) == {}
