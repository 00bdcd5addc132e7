"""Dynamic registration (RFC 7591): an id is asked for once, and again when the provider has forgotten it."""

from __future__ import annotations

import json

import pytest

from reference_client import places
from tests.reference_client.test_device import START
from tests.support.stub_provider import DISCOVERY, FakeClock, NewToken, Ran, Reply, Run, StubProvider

UNKNOWN = Reply(401, {"error": "invalid_client"})


@pytest.fixture
def login(run: Run, stub: StubProvider, travel: FakeClock, access_token: NewToken) -> Run:
    """Sign in as whom the provider registers; its registration endpoint is yet to be told what to answer."""
    members = stub.next(DISCOVERY).body
    assert isinstance(members, dict)
    stub.answers(DISCOVERY, Reply(body={**members, "registration_endpoint": f"{stub.url}/register"}))
    stub.answers("/device_authorization", Reply(body=START))
    tokens = {"access_token": access_token(), "token_type": "Bearer", "expires_in": 600, "refresh_token": "refresh-1"}
    stub.answers("/token", Reply(body=tokens))
    return lambda *words: run("login", "--device", "--no-browser", "--registration", "dynamic", *words)


def named(stub: StubProvider) -> list[str]:
    """Return the client ids that began a sign-in."""
    return [form["client_id"] for form in stub.forms("/device_authorization")]


def test_an_id_is_asked_for_once_and_kept(login: Run, stub: StubProvider) -> None:
    """For the owner alone, although it is no secret: a secret may be beside it one day."""
    stub.answers("/register", Reply(201, {"client_id": "given-1"}))
    assert (login().code, login().code) == (0, 0)
    assert (named(stub), len(stub.forms("/register"))) == (["given-1", "given-1"], 1)
    assert json.loads(places.registration_file().read_text()) == {stub.url: "given-1"}
    assert places.registration_file().stat().st_mode & 0o777 == 0o600


def test_a_forgotten_registration_is_made_anew_once(login: Run, stub: StubProvider) -> None:
    """RFC 6749 5.2."""
    stub.answers("/register", Reply(201, {"client_id": "given-1"}), Reply(201, {"client_id": "given-2"}))
    login()
    stub.answers("/device_authorization", UNKNOWN, Reply(body=START))
    assert login().code == 0
    assert named(stub) == ["given-1", "given-1", "given-2"]


def test_a_provider_that_knows_nobody_is_not_asked_for_ever(login: Run, stub: StubProvider) -> None:
    """What was registered a moment ago, and is unknown, is told to the person."""
    stub.answers("/register", Reply(201, {"client_id": "given-1"}))
    stub.answers("/device_authorization", UNKNOWN)
    ran: Ran = login()
    assert (ran.code, len(stub.forms("/register"))) == (1, 1)
    assert "does not know this client" in ran.err


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(403, {"error": "access_denied"}), "HTTP 403 (access_denied)"),
        (Reply(201, []), "client_id is missing"),
        (Reply(201, {"client_id": "a\x1b[2J"}), "unusable"),
        (Reply(201, {"client_id": "a", "token_endpoint_auth_method": "client_secret_post"}), "way of authentication"),
    ],
)
def test_a_registration_of_no_use_is_a_message(login: Run, stub: StubProvider, reply: Reply, told: str) -> None:
    """Nothing is kept, and nobody is asked to sign in."""
    stub.answers("/register", reply)
    ran: Ran = login()
    assert (ran.code, told in ran.err, named(stub)) == (1, True, []), ran.err
    assert not places.registration_file().exists()
