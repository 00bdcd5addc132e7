"""The verbs about words: what is accused, what is forgiven, and what cannot be told."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from auth_scenarios.verify import CannotTell, must_explain, must_not_say, must_say, must_tell
from fakeprovider import Exchange, Provider
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES, Phrase
from pytest_auth_provider.clients import Outcome
from pytest_auth_provider.exposure import LeftOpen
from pytest_auth_provider.verdict import ContractBroken

OUTPUTS = Path(__file__).parents[1] / "presets" / "outputs"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(scope="module")
def denied() -> Exchange:
    """What a provider answers to the poll of a client whose user has denied."""
    with Provider() as provider:
        provider.user.denies()
        begun = httpx.post(provider.url("device_authorization"), data={"client_id": "tool"}).json()
        form = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], "client_id": "tool"}
        answer = httpx.post(provider.url("token"), data=form)
        assert answer.json()["error"] == "access_denied"
        return list(provider.journal)[-1]


def printed(text: str, *exchanges: Exchange, **phrases: Phrase) -> Outcome:
    """The outcome of a login that failed and printed this."""
    known = {**DEFAULT_PHRASES, **phrases}
    return Outcome("login", ("tool",), exit_code=1, stderr=text, exchanges=exchanges, phrases=known)


def test_who_dumps_an_answer_is_not_believed(denied: Exchange) -> None:
    """The word is in its output, and it need not know it: that is no verdict, whatever the adapter declares."""
    dump = f"Login failed: {denied.response_body.decode()}"
    declared = Phrase(any=DEFAULT_PHRASES["denied"].any)
    for outcome in (printed(dump, denied), printed(dump, denied, denied=declared)):
        with pytest.raises(CannotTell, match="only as it repeated what the provider had answered"):
            must_tell(outcome, "denied")
        with pytest.raises(CannotTell, match="only as it repeated"):
            must_say(outcome, "denied")


def test_a_message_that_is_passed_on_is_told(denied: Exchange) -> None:
    """`gh` prints the provider's description: its user knows, though it is not a statement of its own."""
    outcome = printed("failed to authenticate via web browser: the user denied the request (access_denied)", denied)
    must_tell(outcome, "denied")
    must_explain(outcome)
    with pytest.raises(CannotTell):
        must_say(outcome, "denied")


def test_a_declared_sentence_that_quotes_is_its_own(denied: Exchange) -> None:
    """A pattern that begins and ends with the client's own words counts, whatever it quotes between."""
    declared = Phrase(any=(re.compile(r"the provider said \S+, so you are out"),))
    must_say(printed("the provider said access_denied, so you are out", denied, denied=declared), "denied")


def test_a_wrong_statement_of_its_own_accuses(denied: Exchange) -> None:
    """Whoever calls a denial an expired code says something that is not so."""
    with pytest.raises(ContractBroken, match="does not say 'expired'"):
        must_not_say(printed("Your code has expired.", denied), "expired", "signed_in")
    with pytest.raises(ContractBroken, match="does not say 'signed_in'"):
        must_not_say(printed("✓ Logged in as ada", denied), "expired", "signed_in")


@pytest.mark.parametrize(
    "text",
    [
        "You denied the sign-in.",
        "The sign-in was denied or the code has expired.",
        "Enter this code (expires in 15 minutes). Make sure you are signed in to your account.\nLogin failed: denied",
        "Welcome to Codex [v0.169.0]\nError logging in: device auth failed with status 400 Bad Request",
    ],
)
def test_no_wrong_statement(text: str, denied: Exchange) -> None:
    """Hints, alternatives and greetings of a program are none."""
    must_not_say(printed(text, denied), "expired", "signed_in")


def test_osa_calls_a_denial_an_expired_code(denied: Exchange) -> None:
    """As it was recorded: the denial is the provider's sentence, the expired code its own."""
    path = OUTPUTS / "osa" / "login-denied.txt"
    outcome = printed(path.read_text(encoding="utf-8").partition("\n")[2], denied)
    assert (outcome.says("denied"), outcome.passes_on("denied"), outcome.says("expired")) == (False, True, True)


def test_what_the_provider_says_wrongly_is_not_the_clients_fault() -> None:
    """A description that is passed on is somebody else's statement."""
    with Provider() as provider:
        httpx.post(provider.url("token"), data={"grant_type": "refresh_token", "refresh_token": "x", "client_id": "t"})
        (answered,) = provider.journal
    wrong = answered._replace(response_body=b'{"error":"invalid_grant","error_description":"your session was revoked"}')
    must_not_say(printed("Refresh rejected. Your session was revoked", wrong), "revoked")
    with pytest.raises(ContractBroken):
        must_not_say(printed("Refresh rejected. Your session was revoked"), "revoked")


@pytest.mark.parametrize("text", ["KeyError: 'access_token'", "Error: access_denied", "undefined", "", "401"])
def test_no_sentence_accuses(text: str, denied: Exchange) -> None:
    """The name of an exception, a code or a number does not explain a failure; a dumped answer does not either."""
    for outcome in (printed(text, denied), printed(denied.response_body.decode(), denied)):
        with pytest.raises(ContractBroken, match="says in a sentence for a person why it failed"):
            must_explain(outcome)


def test_a_crash_is_left_open() -> None:
    """`hygiene/no-traceback` tells it."""
    text = "Visit http://127.0.0.1:1/device with your browser\nTraceback (most recent call last):\nKeyError: 'x'"
    crashed = Outcome("login", ("tool",), exit_code=1, stderr=text, crash="Python traceback")
    must_explain(crashed)
    with pytest.raises(LeftOpen, match="whether it says why it failed"):
        crashed.exposure.require()
