"""The refresh transaction: lock, read, decide, ask, store, use; and whatever goes wrong on the way."""

from __future__ import annotations

import json
import os
import socket
import struct
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from reference_client import atomic, places
from reference_client.context import Context
from reference_client.session import Session
from tests.support.stub_provider import FakeClock, Reply, Run, SignedIn, Signer, Stored, StubProvider, tokens


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def test_an_expired_token_is_refreshed_once_and_everything_else_survives(
    run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """One request; the rotated token, the new expiry and the generation are stored, other members stay."""
    stub.answers("/token", Reply(body=tokens(fresh, generation=2, session_id="s")))
    assert run("use").code == 0
    assert stub.forms("/token") == [
        {"grant_type": "refresh_token", "refresh_token": "refresh-1", "client_id": "auth-reference"}
    ]
    session = stored()
    assert (session["access_token"], session["refresh_token"], session["generation"]) == (fresh, "refresh-2", 2)
    assert (session["scope"], session["teams"], session["subject"]) == ("openid", ["blue"], "ada")


def test_a_full_disk_costs_no_refresh_token(
    run: Run, stub: StubProvider, expired: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There has to be room for what comes before it is asked for; what is said of the store is true then."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("use")
    assert (ran.code, stub.forms("/token")) == (1, [])
    assert "(No space left on device); what was stored before is unchanged" in ran.err


def test_a_disk_that_fills_up_meanwhile_is_told_as_it_is(
    run: Run, stub: StubProvider, expired: Session, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh token has been spent then, and nobody says that nothing happened."""

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    stub.answers("/token", Reply(body=tokens(fresh)))
    monkeypatch.setattr(atomic, "write", full)
    ran = run("use")
    assert ran.code == 1
    assert "but the provider has given a newer token in its place" in ran.err


@pytest.mark.parametrize(
    "odd",
    [
        {"session_id": "\ud800"},
        {"session_id": "a\x1b]0;owned\x07"},
        {"session_id": "\u202eabc"},
        {"session_id": "x" * 100_000},
        {"expires_in": 1e300},
    ],
)
def test_odd_members_lose_no_session_and_drive_no_terminal(
    odd: dict[str, object], run: Run, stub: StubProvider, expired: Session, fresh: str
) -> None:
    """What no standard requires is left out where nobody could show it; the longest life is no life without end."""
    stub.answers("/token", Reply(body=tokens(fresh, **odd)))
    assert run("use").code == 0
    shown = run("status")
    assert (shown.code, shown.err) == (0, "")
    assert all(line.isprintable() for line in shown.out.splitlines())
    assert run("status", "--json").code == 0


@pytest.mark.parametrize("lifetime", [10**400, "soon", -1, True, {}])
def test_a_lifetime_that_cannot_be_read_is_unknown(
    lifetime: object, run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """The answer is good but for that, and brings the only refresh token that is."""
    stub.answers("/token", Reply(body=tokens(fresh, expires_in=lifetime)))
    assert run("use").code == 0
    assert (stored()["access_token"], stored()["refresh_token"]) == (fresh, "refresh-2")


@pytest.mark.parametrize("omitted", [{}, {"refresh_token": None}])
def test_an_omitted_refresh_token_keeps_the_old_one(
    omitted: dict[str, None], run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """RFC 6749 6: the server MAY issue a new refresh token."""
    answer = tokens(fresh, **omitted)
    if not omitted:
        del answer["refresh_token"]
    stub.answers("/token", Reply(body=answer))
    assert run("use").code == 0
    assert stored()["refresh_token"] == "refresh-1"


def test_a_fresh_token_is_not_refreshed(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """Only an expired token, or one about to expire, costs a token request."""
    signed_in()
    assert run("use").code == 0
    assert stub.paths() == ["/api/"]


@pytest.mark.parametrize(("left", "refreshes"), [(6, 0), (5, 1), (-10, 1)])
def test_five_seconds_before_expiry_count_as_expired(
    left: int, refreshes: int, run: Run, stub: StubProvider, signed_in: SignedIn, travel: FakeClock, fresh: str
) -> None:
    """A token must not expire on its way to the API."""
    signed_in(expires_at=travel.time + left)
    stub.answers("/token", Reply(body=tokens(fresh)))
    assert run("use").code == 0
    assert stub.paths().count("/token") == refreshes


TROUBLE: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "503 html": {"status": 503, "body": b"<html>"},
    "429": {"status": 429},
    "408": {"status": 408},
    "reset": {"wire": reset},
    "silence": {"wire": silence},
    "html": {"body": b"<html>", "headers": {"Content-Type": "text/html"}},
    "list": {"body": []},
    "null": {"body": None},
    "no access token": {"body": {"token_type": "Bearer", "expires_in": 3600}},
    "error in a 200": {"body": {"error": "invalid_grant"}},
    "both": {"body": {"error": "server_error", "access_token": "a", "token_type": "Bearer"}},
    "access token a number": {"body": {"access_token": 1, "token_type": "Bearer"}},
    "refresh token a list": {"body": {"access_token": "a", "token_type": "Bearer", "refresh_token": []}},
    "another kind of token": {"body": {"access_token": "a", "token_type": "mac"}},
    "invalid client": {"status": 401, "body": {"error": "invalid_client"}},
    "redirect": {"status": 302, "headers": {"Location": "/elsewhere"}},
    "deep": {"body": b"[" * 100_000},
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_trouble_changes_nothing_and_passes(
    trouble: str, run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """The store is unchanged, the exit code is not 0, there is one sentence, and the next command recovers."""
    before = stored()
    stub.answers("/token", Reply(**TROUBLE[trouble]))
    ran = run("use")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert ran.err.startswith("auth-reference: ")
    assert "local token validation" not in ran.err
    assert "/api/" not in stub.paths()
    assert len(stub.forms("/token")) <= 2
    assert stored() == before
    stub.answers("/token", Reply(body=tokens(fresh)))
    assert run("use").code == 0


@pytest.mark.parametrize(
    ("status", "headers", "naps"),
    [
        (503, {}, [0.25]),
        (503, {"Retry-After": "2"}, [2.0]),
        (429, {"Retry-After": "5"}, [5.0]),
        (503, {"Retry-After": "60"}, []),
        (429, {}, []),
        (400, {"Retry-After": "1"}, []),
    ],
)
def test_a_passing_failure_is_retried_once_after_a_short_wait(
    status: int,
    headers: dict[str, str],
    naps: list[float],
    run: Run,
    stub: StubProvider,
    expired: Session,
    travel: FakeClock,
) -> None:
    """As long as the provider asks for, up to 5 seconds; never a storm."""
    stub.answers("/token", Reply(status, headers=headers))
    assert run("use").code == 1
    assert travel.naps == naps
    assert len(stub.forms("/token")) == 1 + len(naps)


@pytest.mark.parametrize("claims", [{"sub": "eve"}, {"aud": "x"}, {"azp": "x"}, {"iss": "https://x.example"}])
def test_another_ones_id_token_is_refused(
    claims: dict[str, str], run: Run, stub: StubProvider, expired: Session, fresh: str, signer: Signer, stored: Stored
) -> None:
    """OpenID Connect Core 12.2: issuer, subject, audience and authorized party MUST be the same."""
    before = stored()
    other = signer.sign({"iss": stub.url, "aud": "auth-reference", "sub": "ada", **claims})
    stub.answers("/token", Reply(body=tokens(fresh, id_token=other)))
    ran = run("use")
    assert (ran.code, "another" in ran.err) == (1, True)
    assert stored() == before


def test_a_refresh_token_goes_to_its_issuer_only(
    run: Run, stub: StubProvider, signed_in: SignedIn, travel: FakeClock
) -> None:
    """A session that says it is another issuer's is not presented here."""
    signed_in(expires_at=travel.time, issuer="https://elsewhere.example")
    assert run("use").code == 1
    assert stub.paths() == []


def test_the_session_is_stored_before_it_is_used(
    run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """Killed right after the refresh, nothing is lost."""
    on_disk: list[str] = []
    stub.answers("/token", Reply(body=tokens(fresh)))
    stub.answers("/api/", Reply(then=lambda: on_disk.append(stored()["refresh_token"])))
    assert run("use").code == 0
    assert on_disk == ["refresh-2"]


def test_a_session_from_before_generations_still_works(
    run: Run, stub: StubProvider, fresh: str, context: Context, stored: Stored, travel: FakeClock
) -> None:
    """Spec-kitty: sessions stored by older versions load, and what they lack is not invented."""
    old = {"access_token": "old", "refresh_token": "refresh-1", "expires_at": travel.time - 1}
    path = places.credential_file()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"sessions": {f"{context.issuer}/": {"default": old}}}))
    stub.answers("/token", Reply(body=tokens(fresh, generation="odd")))
    assert run("use").code == 0
    assert "generation" not in stored()
