"""Looking for problems, and saying who is signed in."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.support.stub_provider import DISCOVERY, FakeClock, NewToken, Reply, Run, SignedIn, StubProvider

INTERNAL = {"token_family_id": "family-secret", "is_revoked": True, "revocation_reason": "reuse-secret"}


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


def test_offline_unless_told_otherwise(run: Run, stub: StubProvider, signed_in: SignedIn, travel: FakeClock) -> None:
    """Spec-kitty: no request, whatever the state of the session."""
    assert run("doctor").code == 1
    signed_in()
    assert run("doctor").code == 0
    signed_in(expires_at=travel.time - 1)
    assert run("doctor", "--json").code == 0
    assert stub.asked == []


def test_an_active_session_shows_its_id_and_generation_and_nothing_else(
    run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """Spec-kitty: these two are anybody's business."""
    signed_in()
    body = {"status": "active", "session_id": "the-session", "current_generation": 7, "email": "secret@x", **INTERNAL}
    stub.answers("/session_status", Reply(body=body))
    for ran in (run("doctor", "--server"), run("doctor", "--server", "--json")):
        assert ran.code == 0
        assert "the session is active (session the-session, generation 7)" in ran.out
        assert "secret" not in ran.out
    assert stub.asked[-1].headers["Authorization"].startswith("Bearer ")


def test_without_session_status_userinfo_tells(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """Most providers have no session status; whose session it is is told for one that lives only."""
    signed_in()
    endpoints = {f"{name}_endpoint": f"{stub.url}/{name}" for name in ("token", "userinfo")}
    stub.answers(DISCOVERY, Reply(body={"issuer": stub.url, "jwks_uri": f"{stub.url}/jwks", **endpoints}))
    stub.answers("/userinfo", Reply(body={"sub": "ada", "email": "secret@x"}))
    ran = run("doctor", "--server")
    assert (ran.code, "the session is active" in ran.out, "secret" in ran.out) == (0, True, False)
    stub.answers("/userinfo", Reply(body={"sub": ""}))
    assert "did not confirm" in run("doctor", "--server").err


def test_an_expired_access_token_is_refreshed_first(
    run: Run, stub: StubProvider, signed_in: SignedIn, access_token: NewToken, travel: FakeClock
) -> None:
    """As spec-kitty's sign-out asks for it."""
    signed_in(expires_at=travel.time + 4)
    fresh = access_token(jti="fresh")
    stub.answers("/token", Reply(body={"access_token": fresh, "token_type": "Bearer", "expires_in": 60}))
    stub.answers("/session_status", Reply(body={"status": "active"}))
    assert run("doctor", "--server").code == 0
    assert stub.paths() == ["/token", "/session_status"]
    assert stub.asked[-1].headers["Authorization"] == f"Bearer {fresh}"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"status": 401, "body": INTERNAL}, "sign in again"),
        ({"body": {"status": "revoked", **INTERNAL}}, "did not confirm"),
        ({"body": {"status": ["active"]}}, "did not confirm"),
        ({"body": []}, "could not check"),
        ({"body": b"<html>"}, "could not check"),
        ({"status": 503}, "could not check"),
        ({"status": 404}, "could not check"),
        ({"wire": silence}, "could not check"),
    ],
)
def test_everything_else_is_a_problem(
    answer: dict[str, Any], says: str, run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """Spec-kitty: no guess why, nothing internal shown, never called active."""
    signed_in()
    stub.answers("/session_status", Reply(**answer))
    ran = run("doctor", "--server")
    assert (ran.code, says in ran.err) == (1, True)
    assert not any(word in ran.out + ran.err for word in ("active", "secret", "family", "revo"))


def test_status_asks_nobody_and_shows_no_token(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """It names who, how and where."""
    assert (run("status").code, run("status", "--json").code) == (1, 1)
    session = signed_in(name="Ada", generation=3)
    readable = run("status")
    assert (readable.code, "signed in as Ada" in readable.out, "device" in readable.out) == (0, True, True)
    facts = json.loads(run("status", "--json").out)
    assert (facts["name"], facts["method"], facts["generation"], facts["signed_in"]) == ("Ada", "device", 3, True)
    assert session.access_token not in readable.out + json.dumps(facts)
    assert str(session.refresh_token) not in readable.out + json.dumps(facts)
    assert stub.asked == []
