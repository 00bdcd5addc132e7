"""Signing in with a code on another device (RFC 8628)."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from reference_client import clock, places
from tests.support.stub_provider import FakeClock, NewToken, Ran, Reply, Run, SignedIn, Signer, Stored, StubProvider

PENDING = {"error": "authorization_pending"}
START = {
    "device_code": "device-secret",
    "user_code": "ABCD-EFGH",
    "verification_uri": "http://127.0.0.1/device",
    "verification_uri_complete": "http://127.0.0.1/device?user_code=ABCD-EFGH",
    "expires_in": 900,
    "interval": 2,
    "unheard_of": True,
}
Login = Callable[[], "Ran"]


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


@pytest.fixture
def login(run: Run, stub: StubProvider) -> Login:
    """Sign in, without opening a browser; the provider is ready to start."""
    stub.answers("/device_authorization", Reply(body=START))
    return lambda: run("login", "--device", "--no-browser")


@pytest.fixture
def granted(stub: StubProvider, signer: Signer, travel: FakeClock, access_token: NewToken) -> Reply:
    """The answer once the person has approved."""
    claims = {"iss": stub.url, "aud": "auth-reference", "sub": "ada", "exp": travel.time + 600, "name": "Ada \x1b[31m"}
    return Reply(
        body={
            "access_token": access_token(),
            "token_type": "bearer",
            "expires_in": 3600,
            "refresh_token": "refresh-1",
            "id_token": signer.sign(claims),
            "generation": 1,
            "unheard_of": [],
        }
    )


def test_shows_the_code_and_stores_the_session_after_approval(
    login: Login, stub: StubProvider, granted: Reply, stored: Stored
) -> None:
    """RFC 8628 3.3; a public client sends no secret; no control character reaches the terminal."""
    stub.answers("/token", granted)
    ran = login()
    assert ran.code == 0
    assert all(START[name] in ran.out for name in ("user_code", "verification_uri", "verification_uri_complete"))  # type: ignore[operator]  # these are text
    assert f"signed in as Ada  [31m at {stub.url}" in ran.out
    assert stub.forms("/token") == [
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": "device-secret",
            "client_id": "auth-reference",
        }
    ]
    assert all("Authorization" not in asked.headers for asked in stub.asked)
    assert (stored()["method"], stored()["subject"], stored()["generation"]) == ("device", "ada", 1)
    assert places.credential_file().stat().st_mode & 0o777 == 0o600


def test_polls_after_the_interval_and_slower_for_good_after_slow_down(
    login: Login, stub: StubProvider, granted: Reply, travel: FakeClock
) -> None:
    """RFC 8628 3.5: also before the first poll; slow_down adds 5 seconds to this and all later intervals."""
    stub.answers("/token", Reply(400, PENDING), Reply(400, {"error": "slow_down"}), Reply(400, PENDING), granted)
    assert login().code == 0
    assert travel.naps == [2, 2, 7, 7]


@pytest.mark.parametrize(("interval", "nap"), [(None, 5), (0, 0.05), (1.5, 1.5)])
def test_the_interval_is_the_providers_or_five_seconds(
    interval: object, nap: float, login: Login, stub: StubProvider, granted: Reply, travel: FakeClock
) -> None:
    """RFC 8628 3.2: if no value is provided, clients MUST use 5 as the default; zero does not make us spin."""
    stub.answers("/device_authorization", Reply(body={**START, "interval": interval}))
    stub.answers("/token", granted)
    assert login().code == 0
    assert travel.naps == [nap]


def test_trouble_is_backed_off_from_and_a_wait_is_waited_for(
    login: Login, stub: StubProvider, granted: Reply, travel: FakeClock
) -> None:
    """Longer after every failure, as before after an answer; 429 and 503 wait as long as they say."""
    stub.answers(
        "/token",
        Reply(500),
        Reply(wire=silence),
        Reply(400, PENDING),
        Reply(429, headers={"Retry-After": "20"}),
        Reply(429),
        Reply(503, headers={"Retry-After": "30"}),
        granted,
    )
    assert login().code == 0
    assert travel.naps == [2, 2.5, 3, 2, 20, 7, 30]


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_without_end_is_told_and_not_waited_for(
    status: int, login: Login, stub: StubProvider, travel: FakeClock
) -> None:
    """Nobody sits before a terminal for thirty years."""
    stub.answers("/token", Reply(status, headers={"Retry-After": "999999999"}))
    ran = login()
    assert (ran.code, travel.naps) == (1, [2])
    assert "the provider asks to wait 999999999 seconds; nothing was stored, sign in again later" in ran.err


@pytest.mark.parametrize(("status", "polls"), [(200, 1), (400, 2)])
def test_half_an_answer_is_asked_for_again_unless_it_was_a_success(
    status: int, polls: int, login: Login, stub: StubProvider, granted: Reply
) -> None:
    """A success spends the code, whether it arrives or not."""

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 %d X\r\nContent-Length: 99\r\n\r\n{" % status)

    stub.answers("/token", Reply(wire=half), granted)
    login()
    assert len(stub.forms("/token")) == polls


def test_trouble_without_end_ends(login: Login, stub: StubProvider) -> None:
    """Five failures in a row are enough."""
    stub.answers("/token", Reply(503))
    ran = login()
    assert (ran.code, len(stub.forms("/token"))) == (1, 5)
    assert "HTTP 503" in ran.err


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (400, {"error": "access_denied"}, "denied"),
        (403, {"error": "access_denied"}, "denied"),
        (400, {"error": "expired_token"}, "expired"),
        (400, {"error": "invalid_grant"}, "used already"),
        (401, {"error": "invalid_client"}, "HTTP 401 (invalid_client)"),
        (400, b"<html>", "HTTP 400"),
        (400, [], "HTTP 400"),
        (200, b"<html>", "not JSON"),
        (200, [], "not an object"),
        (200, {}, "access_token"),
        (200, {"access_token": 5}, "access_token"),
        (200, {"access_token": "a", "id_token": "not a jwt"}, "not a JWT"),
        (302, b"", "HTTP 302"),
    ],
)
def test_every_end_has_its_own_message_and_keeps_the_old_session(
    status: int, body: object, says: str, login: Login, stub: StubProvider, signed_in: SignedIn
) -> None:
    """S3: exit code not 0, nothing stored, nothing lost, no further poll."""
    signed_in()
    before = places.credential_file().read_bytes()
    stub.answers("/token", Reply(status, body))
    ran = login()
    assert (ran.code, len(stub.forms("/token")), len(ran.err.splitlines())) == (1, 1, 1)
    assert says in ran.err
    assert places.credential_file().read_bytes() == before


def test_a_code_nobody_used_ends_by_itself(login: Login, stub: StubProvider, travel: FakeClock) -> None:
    """When its life is over, and not a poll later."""
    stub.answers("/device_authorization", Reply(body={**START, "expires_in": 5}))
    stub.answers("/token", Reply(400, PENDING))
    ran = login()
    assert (ran.code, "expired" in ran.err) == (1, True)
    assert travel.naps == [2, 2, 1]
    assert len(stub.forms("/token")) == 2


@pytest.mark.parametrize(
    "change", [{"verification_uri_complete": []}, {"interval": "5"}, {"interval": -1}, {"interval": True}]
)
def test_a_start_that_is_odd_in_what_may_be_missing_is_used(
    change: dict[str, object], login: Login, stub: StubProvider
) -> None:
    """What is optional is left out where it makes no sense (RFC 8628 3.2)."""
    stub.answers("/device_authorization", Reply(body={**START, **change}))
    stub.answers("/token", Reply(400, {"error": "access_denied"}))
    login()
    assert len(stub.forms("/token")) == 1


def test_an_error_with_status_200_is_an_error(login: Login, stub: StubProvider) -> None:
    """Some providers send theirs like that: polling goes on, and ends, by the code alone."""
    stub.answers("/token", Reply(200, {"error": "authorization_pending"}), Reply(200, {"error": "access_denied"}))
    ran = login()
    assert (ran.code, len(stub.forms("/token"))) == (1, 2)
    assert "denied" in ran.err


@pytest.mark.parametrize(
    "change",
    [
        {"device_code": None},
        {"user_code": 7},
        {"user_code": "\x1b[2J"},
        {"verification_uri": None},
        {"verification_uri": "javascript:alert(1)"},
        {"expires_in": None},
        {"expires_in": "900"},
    ],
)
def test_a_start_that_makes_no_sense_is_a_message(change: dict[str, object], login: Login, stub: StubProvider) -> None:
    """S3: no traceback, no poll, nothing stored."""
    stub.answers("/device_authorization", Reply(body={**START, **change}))
    ran = login()
    assert (ran.code, len(ran.err.splitlines()), stub.forms("/token")) == (1, 1, [])
    assert next(iter(change)) in ran.err
    assert not places.credential_file().exists()


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>"), (200, None), (200, []), (400, {"error": "x"}), (503, b""), (302, b"")]
)
def test_a_start_that_fails_is_a_message(status: int, body: object, login: Login, stub: StubProvider) -> None:
    """S3: the same for what is no start at all."""
    stub.answers("/device_authorization", Reply(status, body))
    ran = login()
    assert (ran.code, len(ran.err.splitlines()), stub.forms("/token")) == (1, 1, [])


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"aud": ["auth-reference", "somebody-else"]},
        {"azp": "somebody-else"},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"at_hash": "AAAA"},
    ],
)
def test_an_id_token_that_cannot_be_believed_refuses_the_sign_in(
    change: dict[str, Any], login: Login, stub: StubProvider, granted: Reply, signer: Signer, travel: FakeClock
) -> None:
    """OpenID Connect Core 3.1.3.7: nothing is stored."""
    claims = {"iss": stub.url, "aud": "auth-reference", "sub": "ada", "exp": travel.time + 60, **change}
    assert isinstance(granted.body, dict)
    stub.answers("/token", Reply(body={**granted.body, "id_token": signer.sign(claims)}))
    ran = login()
    assert (ran.code, "ID token" in ran.err) == (1, True)
    assert not places.credential_file().exists()


def test_an_interrupt_leaves_nothing(login: Login, stub: StubProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while polling: 130, one word, no file."""
    stub.answers("/token", Reply(400, PENDING))

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sleep", interrupted)
    ran = login()
    assert (ran.code, ran.err) == (130, "auth-reference: cancelled\n")
    assert not places.credential_file().exists()
