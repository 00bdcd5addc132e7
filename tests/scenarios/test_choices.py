"""Clients that choose differently are all kept by the contracts, and one that is inconsistent is accused still."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auth_scenarios.cache import test_cached_token as cached_token
from auth_scenarios.refresh import test_failures as refreshes
from auth_scenarios.refresh import test_refused as refusals
from auth_scenarios.revoke import test_failures as revocations
from auth_scenarios.storage import test_damaged_store as damaged_store
from auth_scenarios.verify import ContractBroken
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, ServerError
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step
from pytest_auth_provider.scenario import NotApplicable

SCRIPT = """
import json, os, sys, time, urllib.error, urllib.parse, urllib.request
issuer, api, style, action = sys.argv[1:]
MASK = 255 if "vault" in style else 0

def ask(url, token="", **form):
    headers = {"Authorization": "Bearer " + token} if token else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode() or None, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()

def token(**form):
    status, body = ask(issuer + "/token", client_id="tool", **form)
    if status != 200:
        return None
    session = json.loads(body)
    session["until"] = time.time() + session["expires_in"]
    save(session)
    return session

def save(session):
    with open(os.open("store", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(bytes(byte ^ MASK for byte in json.dumps(session).encode()))

def sign_in():
    device = json.loads(ask(issuer + "/device_authorization", client_id="tool", scope="openid offline_access")[1])
    return token(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=device["device_code"])

def load():
    try:
        session = json.loads(bytes(byte ^ MASK for byte in open("store", "rb").read()))
        session["refresh_token"]
        return session
    except (OSError, ValueError, LookupError, TypeError):
        return None

def renew(session):
    renewed = token(grant_type="refresh_token", refresh_token=session["refresh_token"])
    if not renewed and "anew" in style:
        return sign_in()
    return renewed or sys.exit("the session has ended: sign in again")

def use():
    session = load() or ("anew" in style and sign_in()) or sys.exit("nobody is signed in: sign in again")
    if time.time() >= session["until"] and "late" not in style:
        session = renew(session)
    if ask(api + "/users/me", session["access_token"])[0] == 401:
        if "late" in style:
            session = renew(session)
            return ask(api + "/users/me", session["access_token"])
        sys.exit("the API refuses the token: sign in again")

def logout():
    status, _body = ask(issuer + "/revoke", token=load()["refresh_token"], client_id="tool")
    if status != 200 and "keeps" in style:
        sys.exit("the provider did not revoke the session: it is kept, try again")
    if not (status != 200 and "lies" in style):
        save({}) if "vault" in style else os.remove("store")
    print("done")
    if status != 200 and "warns" in style:
        sys.exit(3)

{"login": sign_in, "use": use, "use_cached": use, "logout": logout}[action]()
"""
"""A client with a store; `style` says in which way it is different."""

ACTIONS = ("login", "use", "use_cached", "logout")
Make = Callable[..., Client]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Whom the clients ask; device codes may be polled at once."""
    with Provider(device_interval=0) as provider:
        yield provider


@pytest.fixture
def make(provider: Provider, tmp_path: Path) -> Iterator[Make]:
    """Make the client of a style; its policies are keywords."""
    with Sandbox(tmp_path / "sandbox") as sandbox:

        def make(style: str = "", **policies: str) -> Client:
            command = (sys.executable, "-S", "-c", SCRIPT, "{issuer}", "{api}", style)
            run = {name: (Step((name,)),) for name in ACTIONS}
            hidden = ("{cwd}/store",) if "vault" in style else ()
            return Client(
                Adapter("tool", command, run, policies=policies, credentials=hidden, time="tokens"), sandbox, provider
            )

        yield make


def refused_for_good(provider: Provider, client: Client) -> None:
    """Check the contract of a refresh that is refused for good."""
    refreshes.test_permanent_failure_is_final(provider, client, ErrorAnswer("invalid_grant"))


def failed_revocation(provider: Provider, client: Client) -> None:
    """Check the contract of a sign-out that the provider cannot do."""
    revocations.test_local_cleanup_is_unconditional(provider, client, ServerError(503))


@pytest.mark.parametrize("declared", ["", "in_memory", "not_remembered"])
def test_a_new_process_need_not_know_what_another_was_told(provider: Provider, make: Make, declared: str) -> None:
    """Who declares nothing, or no memory beyond a process, may ask once in each command; the proof says so."""
    client = make(**({"permanent_failure": declared} if declared else {}))
    refused_for_good(provider, client)
    assert any("does not promise that later processes know" in fact for fact in client.exposure.facts)


def test_who_says_that_it_remembers_has_to(provider: Provider, make: Make) -> None:
    """The same client is accused where it declares that it stores the refusal."""
    with pytest.raises(ContractBroken, match="the refused refresh token is not sent again"):
        refused_for_good(provider, make(permanent_failure="stored"))


def test_what_no_process_remembers_is_not_asked_of_the_next(provider: Provider, make: Make) -> None:
    """That `token` and `status` know of a refusal is for those who store it, or live on."""
    with pytest.raises(NotApplicable, match="every command of tool is a new process"):
        refreshes.test_poisoned_token_is_not_handed_out(provider, make())


@pytest.mark.parametrize("policies", [{}, {"sign_in_again": "by_itself"}], ids=["undeclared", "declared"])
def test_to_sign_in_anew_is_no_crime(provider: Provider, make: Make, policies: dict[str, str]) -> None:
    """A client that begins a session where one has ended does better than to ask."""
    refused_for_good(provider, make("anew", **policies))


def test_to_sign_in_anew_after_a_failure_of_the_moment_loses_nothing(provider: Provider, make: Make) -> None:
    """The old tokens are replaced by those of the new session."""
    refreshes.test_transient_keeps_credentials(provider, make("anew"), ServerError(503))


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_to_sign_in_anew_is_an_answer_to_a_damaged_store(provider: Provider, make: Make, damage: str) -> None:
    """It sends tokens that were issued, and none of those that were damaged."""
    damaged_store.test_corrupt_file(provider, make("anew"), damage)


def test_who_says_that_it_asks_has_to(provider: Provider, make: Make) -> None:
    """A browser that opens in the middle of a script is not what was declared."""
    with pytest.raises(ContractBroken, match="`use` fails with an exit code other than 0"):
        refusals.test_invalid_grant_is_explained(provider, make("anew", sign_in_again="asked"), refusals.REFUSED)


@pytest.mark.parametrize(
    ("style", "policies"),
    [
        ("", {}),
        ("", {"revocation_failure": "deletes"}),
        ("keeps", {}),
        ("keeps", {"revocation_failure": "keeps"}),
        ("warns", {}),
        ("vault", {}),
        ("vault keeps", {"revocation_failure": "keeps"}),
    ],
)
def test_a_failed_revocation_can_end_in_several_ways(
    provider: Provider, make: Make, style: str, policies: dict[str, str]
) -> None:
    """The session is deleted, with a warning and an exit code of its own or without; or it is kept, and that is said.

    A store that stays, and that nobody can read, is judged by what the client can do with it.
    """
    failed_revocation(provider, make(style, **policies))


@pytest.mark.parametrize(
    ("style", "policies", "accusation"),
    [
        ("lies", {}, "no file holds credentials"),
        ("keeps", {"revocation_failure": "deletes"}, "no file holds credentials"),
        ("", {"revocation_failure": "keeps"}, "`logout` fails with an exit code other than 0"),
        ("vault lies", {}, "`use` sent a token that was issued before"),
    ],
)
def test_a_failed_revocation_leaves_no_doubt(
    provider: Provider, make: Make, style: str, policies: dict[str, str], accusation: str
) -> None:
    """To keep the session and to call that done is a defect under every policy; so is to do what was not declared."""
    with pytest.raises(ContractBroken, match=accusation):
        failed_revocation(provider, make(style, **policies))


@pytest.mark.parametrize("style", ["", "late"])
def test_an_expired_token_is_replaced_before_or_after_the_api_refuses_it(
    provider: Provider, make: Make, style: str
) -> None:
    """Who looks at no clock learns it from the API; neither declares a grace period, so none is asked for."""
    client = make(style)
    cached_token.test_near_expiry_is_not_served(provider, client)
    assert any("declares no cache_grace" in fact for fact in client.exposure.facts)
