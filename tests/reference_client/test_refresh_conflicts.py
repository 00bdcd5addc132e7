"""Refreshing while others refresh, too: replays, rejections that are stale or for good, locks, kills."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest
from filelock import FileLock

from reference_client import places
from reference_client.context import Context
from reference_client.session import Session
from tests.support.stub_provider import FakeClock, Reply, Run, Stored, StubProvider, tokens

REPLAY = {"error": "refresh_replay_benign_retry", "retry_after": 1}


def test_a_replay_with_the_same_token_on_disk_keeps_the_session(
    run: Run, stub: StubProvider, expired: Session, stored: Stored
) -> None:
    """Spec-kitty: one request, session kept, "try again", not exit 0."""
    before = stored()
    stub.answers("/token", Reply(409, REPLAY))
    ran = run("use")
    assert (ran.code, len(stub.forms("/token"))) == (1, 1)
    assert "try again" in ran.err
    assert stored() == before


@pytest.mark.parametrize("retry_after", [0, 5, None, "soon", 10**12, -1, []])
def test_a_newer_token_on_disk_is_presented_exactly_once_after_a_replay(
    retry_after: object, run: Run, stub: StubProvider, expired: Session, context: Context, fresh: str, travel: FakeClock
) -> None:
    """Spec-kitty: never the spent one again, and an odd ``retry_after`` changes nothing."""
    newer = replace(expired, refresh_token="refresh-newer")
    stub.answers(
        "/token",
        Reply(409, {**REPLAY, "retry_after": retry_after}, then=lambda: context.keep(newer)),
        Reply(body=tokens(fresh)),
    )
    assert run("use").code == 0
    assert [form["refresh_token"] for form in stub.forms("/token")] == ["refresh-1", "refresh-newer"]


def test_a_second_replay_stops(
    run: Run, stub: StubProvider, expired: Session, context: Context, stored: Stored
) -> None:
    """Spec-kitty: two requests at most, and the session is kept."""
    newer = replace(expired, refresh_token="refresh-newer")
    stub.answers("/token", Reply(409, REPLAY, then=lambda: context.keep(newer)), Reply(409, REPLAY))
    ran = run("use")
    assert (ran.code, len(stub.forms("/token"))) == (1, 2)
    assert "try again" in ran.err
    assert stored()["refresh_token"] == "refresh-newer"


@pytest.mark.parametrize("body", [{"error_code": "refresh_replay_benign_retry"}, {"error": "conflict"}, [], b"<html>"])
def test_another_409_is_no_replay(
    body: object, run: Run, stub: StubProvider, expired: Session, context: Context
) -> None:
    """Spec-kitty: the code is read from ``error`` and nowhere else; a newer token is not spent on anything else."""
    newer = replace(expired, refresh_token="refresh-newer")
    stub.answers("/token", Reply(409, body, then=lambda: context.keep(newer)))
    assert run("use").code == 1
    assert len(stub.forms("/token")) == 1


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    "body",
    [
        {"error": "invalid_grant"},
        {"error": "refresh_token_reused"},
        {"error": {"code": "refresh_token_expired"}},
        {"code": "refresh_token_invalidated"},
        {"error": "invalid_request", "code": "refresh_token_revoked"},
        {"detail": {"code": "token_family_revoked"}},
    ],
)
def test_a_rejection_for_good_is_never_repeated(
    status: int, body: object, run: Run, stub: StubProvider, expired: Session, stored: Stored
) -> None:
    """S1: one request, then none by any command; the token is not handed out, the method still named."""
    stub.answers("/token", Reply(status, body))
    assert "sign in again" in run("use").err
    asked = len(stub.asked)
    for command in (("use",), ("token",), ("doctor", "--server"), ("use", "--stack", "s")):
        ran = run(*command)
        assert (ran.code, "sign in again" in ran.err) == (1, True)
        assert expired.access_token not in ran.out
    assert len(stub.asked) == asked
    assert "device" in run("status").out
    assert stored()["refresh_token"] == "refresh-1"


def test_the_poison_clears_with_other_credentials_and_with_nothing_else(
    run: Run, stub: StubProvider, expired: Session, fresh: str, context: Context, travel: FakeClock
) -> None:
    """S1: it is keyed to the very refresh token that was rejected."""
    stub.answers("/token", Reply(400, {"error": "invalid_grant"}), Reply(body=tokens(fresh)))
    run("use")
    travel.time += 60
    assert run("use").code == 1
    poisoned = context.session()
    context.keep(replace(poisoned, refresh_token="refresh-other"))
    assert run("use").code == 0


def test_a_stale_rejection_spares_the_newer_session(
    run: Run, stub: StubProvider, expired: Session, context: Context, fresh: str, travel: FakeClock, stored: Stored
) -> None:
    """Spec-kitty: the disk holds a newer session meanwhile, so it survives and is used."""
    newer = replace(expired, access_token=fresh, refresh_token="refresh-newer", expires_at=travel.time + 3600)
    stub.answers("/token", Reply(401, {"error": "invalid_grant"}, then=lambda: context.keep(newer)))
    assert run("token").out == f"{fresh}\n"
    assert stored() == newer.to_dict()


def test_a_newer_session_on_disk_is_adopted_without_asking(
    stub: StubProvider, expired: Session, context: Context, fresh: str, travel: FakeClock
) -> None:
    """Spec-kitty: another process was faster."""
    from reference_client import refresh

    newer = replace(expired, access_token=fresh, refresh_token="refresh-newer", expires_at=travel.time + 3600)
    context.keep(newer)
    assert refresh.refreshed(context, expired).access_token == fresh
    assert stub.asked == []


def test_a_lock_held_elsewhere_is_waited_for_within_bounds(
    run: Run, stub: StubProvider, expired: Session, stored: Stored
) -> None:
    """The command gives up, says so, and keeps the session."""
    before = stored()
    with FileLock(places.credential_file().with_suffix(".lock")):
        ran = run("use", "--timeout", "0.2")
    assert (ran.code, "try again" in ran.err, stub.paths()) == (1, True, [])
    assert stored() == before


def test_a_lock_file_left_behind_blocks_nobody(run: Run, stub: StubProvider, expired: Session, fresh: str) -> None:
    """The lock is the kernel's; the file is only where it is."""
    places.credential_file().with_suffix(".lock").write_text("12345")
    stub.answers("/token", Reply(body=tokens(fresh)))
    assert run("use").code == 0


def test_killed_while_refreshing_loses_and_blocks_nothing(
    run: Run, stub: StubProvider, expired: Session, fresh: str, stored: Stored
) -> None:
    """A process dies holding the lock, the provider's answer never came; the next command goes on where it was."""
    before = stored()
    arrived, over = threading.Event(), threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        arrived.set()
        over.wait()

    stub.answers("/token", Reply(wire=hang))
    process = subprocess.Popen([sys.executable, "-m", "reference_client", "token", "--issuer", stub.url])
    assert arrived.wait(30)
    process.kill()
    process.wait()
    over.set()
    assert stored() == before
    stub.answers("/token", Reply(body=tokens(fresh)))
    assert run("token").out == f"{fresh}\n"
