"""Tokens that come from elsewhere, and what other programs are told in JSON mode."""

from __future__ import annotations

import io
import json
import sys

import pytest

from reference_client import given_token, scope
from reference_client.errors import UsageError
from tests.support.stub_provider import NewToken, Reply, Run, SignedIn, Stored, StubProvider


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, access_token: NewToken) -> str:
    """A token in the environment, of somebody else."""
    token = access_token(sub="grace")
    monkeypatch.setenv(given_token.VARIABLE, token)
    return token


def sent(stub: StubProvider) -> list[str]:
    """Return the tokens that the API was shown."""
    return [asked.headers["Authorization"] for asked in stub.asked if asked.path.startswith("/api")]


def test_the_token_of_the_environment_is_the_only_one(
    run: Run, stub: StubProvider, signed_in: SignedIn, given: str
) -> None:
    """Refused, it is named, and neither the stored session nor a refresh takes its place."""
    signed_in()
    stub.answers("/api/", Reply(401))
    ran = run("use")
    assert (ran.code, given_token.VARIABLE in ran.err, sent(stub)) == (1, True, [f"Bearer {given}"])
    assert stub.forms("/token") == []


@pytest.mark.parametrize("around", ["{}\n", " {}\r\n", "\ufeff{}"])
def test_what_stands_around_a_token_is_no_part_of_it(around: str) -> None:
    """White space, and the mark that begins some files."""
    assert given_token.trimmed(around.format("token")) == "token"


@pytest.mark.parametrize("text", ["two words", "naïve", "a\nb", ""])
def test_what_is_no_token_is_refused_and_not_shown(text: str) -> None:
    """It would not fit into a header, or be cut in two by one."""
    with pytest.raises(UsageError) as refused:
        given_token.usable(text, "standard input")
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (401, 1)])
def test_a_login_with_a_token_tries_it(
    status: int,
    code: int,
    run: Run,
    stub: StubProvider,
    access_token: NewToken,
    stored: Stored,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the API refuses is not stored."""
    token = access_token()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{token}\n"))
    stub.answers("/api/", Reply(status))
    assert (run("login", "--with-token").code, sent(stub)) == (code, [f"Bearer {token}"])
    if code == 0:
        assert (stored()["access_token"], stored()["method"]) == (token, "token")


def test_errors_in_json_mode_are_json(run: Run) -> None:
    """A code for programs, and the same sentence for people."""
    ran = run("use", "--json")
    error = json.loads(ran.out)["error"]
    assert (ran.code, error["code"], error["message"] in ran.err) == (1, "not_signed_in", True)


def test_scopes_that_were_not_granted_are_known() -> None:
    """In the order in which they were asked for; an answer that names none grants all."""
    assert scope.less("openid profile email", "email") == "openid profile"
    assert scope.less("openid", None) == ""
