"""Signing out: here unconditionally, there as far as the provider says so."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from reference_client import places
from reference_client.context import Context
from tests.support.stub_provider import FakeClock, Reply, Run, SignedIn, StubProvider

DISCOVERY = "/.well-known/openid-configuration"


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


def sessions() -> dict[str, Any]:
    """Return what is left on disk."""
    document: dict[str, Any] = json.loads(places.credential_file().read_bytes())
    return {issuer: profiles for issuer, profiles in document["sessions"].items() if profiles}


@pytest.mark.parametrize("body", [{"revoked": True}, b"", b"fine", [], None])
def test_200_is_revoked_whatever_it_says(
    body: object, run: Run, stub: StubProvider, signed_in: SignedIn, travel: FakeClock
) -> None:
    """Spec-kitty: the form, no Authorization header, and no refresh first even though the access token has expired."""
    signed_in(expires_at=travel.time - 1)
    stub.answers("/revocation", Reply(body=body))
    ran = run("logout")
    assert (ran.code, "session revoked" in ran.out, "signed out locally" in ran.out, ran.err) == (0, True, True, "")
    assert stub.paths() == ["/revocation"]
    asked = stub.asked[-1]
    assert asked.form == {"token": "refresh-1", "token_type_hint": "refresh_token", "client_id": "auth-reference"}
    assert "Authorization" not in asked.headers
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sessions() == {}


@pytest.mark.parametrize("signed_in_too", [True, False])
def test_what_a_killed_sign_in_left_goes_too(
    signed_in_too: bool, run: Run, signed_in: SignedIn, context: Context
) -> None:
    """Also where nobody is signed in: the file beside the store has tokens in it that nobody else would remove."""
    signed_in()
    if not signed_in_too:
        run("logout")
    left = places.credential_file().with_name(".credentials.json.1-00000000.tmp")
    left.write_text("tokens")
    assert run("logout").code == 0
    assert not left.exists()


UNCONFIRMED: dict[str, dict[str, Any]] = {
    "503": {"status": 503},
    "500 with a lie": {"status": 500, "body": {"revoked": True}},
    "400": {"status": 400, "body": {"error": "invalid_request"}},
    "429": {"status": 429},
    "redirect": {"status": 302, "headers": {"Location": "/revocation"}},
    "accepted": {"status": 202},
    "html": {"body": b"<html>", "headers": {"Content-Type": "text/html; charset=utf-8"}},
    "silence": {"wire": silence},
}


@pytest.mark.parametrize("path", ["/revocation", DISCOVERY])
@pytest.mark.parametrize("trouble", UNCONFIRMED)
def test_anything_else_is_never_called_revoked_and_cleans_up_all_the_same(
    trouble: str, path: str, run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """Spec-kitty: a warning, exit code 0, and no credential left."""
    signed_in()
    stub.answers(path, Reply(**UNCONFIRMED[trouble]))
    ran = run("logout")
    assert (ran.code, "signed out locally" in ran.out) == (0, True)
    assert "did not confirm" in ran.err
    assert "revoked" not in ran.out + ran.err
    assert sessions() == {}


def test_a_provider_without_revocation_is_said_to_have_none(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """And nothing else is tried in its place."""
    signed_in()
    members = stub.next(DISCOVERY).body
    assert isinstance(members, dict)
    stub.answers(DISCOVERY, Reply(body={**members, "revocation_endpoint": None}))
    assert "advertises no revocation endpoint" in run("logout").err
    assert stub.paths() == []


def test_not_signed_in_asks_nobody_and_twice_is_fine(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """Exit code 0 and no request."""
    assert (run("logout").code, stub.asked) == (0, [])
    signed_in()
    stub.answers("/revocation", Reply())
    run("logout")
    asked = len(stub.asked)
    again = run("logout")
    assert (again.code, "not signed in" in again.out, len(stub.asked)) == (0, True, asked)


def test_other_sessions_stay(run: Run, stub: StubProvider, signed_in: SignedIn, context: Context) -> None:
    """Signing out of one profile of one issuer is just that."""
    session = signed_in()
    context.store.save(context.issuer, "work", session)
    context.store.save("https://elsewhere.example", "default", session)
    stub.answers("/revocation", Reply())
    run("logout")
    assert sessions() == {
        context.issuer: {"work": session.to_dict()},
        "https://elsewhere.example": {"default": session.to_dict()},
    }
