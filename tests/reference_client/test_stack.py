"""Stack tokens: exchanged once, then cached."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from reference_client import places
from tests.support.stub_provider import FakeClock, Ran, Reply, Run, SignedIn, StubProvider


@pytest.fixture
def stack(run: Run, stub: StubProvider, signed_in: SignedIn) -> Run:
    """Call the API for stack "blue"; each exchange gives another token."""
    signed_in()
    answers = [{"access_token": f"stack-{n}", "token_type": "Bearer", "expires_in": 3600} for n in range(5)]
    stub.answers("/token", *(Reply(body=answer) for answer in answers))
    return lambda *more: run("use", "--stack", "blue", *more)


def cached() -> list[Path]:
    """Return the files in the cache."""
    return [path for path in places.stack_cache_directory().rglob("*") if path.is_file()]


def sent(stub: StubProvider) -> list[str]:
    """Return the tokens that the API was shown."""
    return [asked.headers["Authorization"].split()[1] for asked in stub.asked if asked.path == "/api/"]


def test_a_warm_cache_asks_nobody_but_the_api(
    stack: Callable[..., Ran], stub: StubProvider, signed_in: SignedIn
) -> None:
    """S2: no token request, and no discovery either."""
    session = signed_in()
    assert stack().code == 0
    (form,) = stub.forms("/token")
    assert form == {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": session.access_token,
        "client_id": "auth-reference",
        "audience": "blue",
    }
    before = len(stub.asked)
    assert stack().code == 0
    assert [asked.path for asked in stub.asked[before:]] == ["/api/"]
    assert sent(stub) == ["stack-0", "stack-0"]
    (file,) = cached()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("later", "ttl", "token"),
    [
        (299, "300", "stack-0"),
        (300, "300", "stack-1"),
        (3594, "9999", "stack-0"),
        (3595, "9999", "stack-1"),
        (0, "0", "stack-1"),
    ],
)
def test_age_and_expiry_bound_the_cache(
    later: float,
    ttl: str,
    token: str,
    stack: Callable[..., Ran],
    stub: StubProvider,
    travel: FakeClock,
    signed_in: SignedIn,
) -> None:
    """S2: the ttl, 5 seconds of grace before the expiry, and 0 for no cache at all."""
    signed_in(expires_at=travel.time + 99_999)
    stack("--stack-token-cache-ttl", ttl)
    travel.time += later
    assert stack("--stack-token-cache-ttl", ttl).code == 0
    assert sent(stub)[-1] == token
    assert bool(cached()) is (ttl != "0")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"access_token": 1, "expires_at": 2, "stored_at": 3}', b"\xff"]
)
def test_a_corrupt_cache_is_a_miss(content: bytes, stack: Callable[..., Ran], stub: StubProvider) -> None:
    """S2: a convenience is never a reason to fail."""
    stack()
    (file,) = cached()
    file.write_bytes(content)
    assert stack().code == 0
    assert sent(stub)[-1] == "stack-1"


def test_an_unwritable_cache_is_logged_at_debug_level(
    stack: Callable[..., Ran], home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """S2: the command succeeds, and the log says why the next one will be slower."""
    (home / "cache").write_text("a file in the way")
    with caplog.at_level(logging.DEBUG, "auth-reference"):
        assert stack().code == 0
    assert "could not be cached" in caplog.text


def test_debug_shows_what_is_logged(stack: Callable[..., Ran], home: Path) -> None:
    """With --debug it lands on stderr, and without it does not."""
    (home / "cache").write_text("a file in the way")
    assert "could not be cached" in stack("--debug").err
    assert stack().err == ""


def test_tokens_are_kept_apart_by_stack_and_profile(stack: Callable[..., Ran], run: Run, stub: StubProvider) -> None:
    """Another stack has another token, another profile another session."""
    stack()
    assert run("use", "--stack", "green").code == 0
    assert sent(stub) == ["stack-0", "stack-1"]
    assert run("use", "--stack", "blue", "--profile", "work").code == 1


def test_signing_out_and_another_user_clear_the_cache(
    stack: Callable[..., Ran], run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """A token outlives neither the session nor the user it was given for."""
    stack()
    signed_in(subject="eve")
    stack()
    assert sent(stub) == ["stack-0", "stack-1"]
    stub.answers("/revocation", Reply())
    run("logout")
    assert cached() == []


def test_a_rejected_token_leaves_the_cache(stack: Callable[..., Ran], stub: StubProvider) -> None:
    """401 from the API: the next command asks for another."""
    stack()
    stub.answers("/api/", Reply(401), Reply(body={}))
    assert stack().code == 1
    assert stack().code == 0
    assert sent(stub) == ["stack-0", "stack-0", "stack-1"]


@pytest.mark.parametrize(("status", "says"), [(401, "sign in again"), (403, "access to the stack"), (500, "try again")])
def test_a_failed_exchange_has_its_own_message_and_is_not_cached(
    status: int, says: str, stack: Callable[..., Ran], stub: StubProvider
) -> None:
    """S2, RFC 7523 3.1."""
    stub.answers("/token", Reply(status, {"error": "invalid_grant"}))
    ran = stack()
    assert (ran.code, says in ran.err, cached()) == (1, True, [])
    assert "/api/" not in stub.paths()
