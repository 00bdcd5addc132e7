"""What a client makes of the answers of the API that its tokens are for (RFC 6750 3)."""

from __future__ import annotations

import pytest

from auth_scenarios.stored import must_still_hold
from auth_scenarios.verify import (
    RESOURCES,
    exposed,
    must,
    must_explain,
    must_not_request,
    must_not_say,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer, Fault, HtmlPage, ServerError, Truncated
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.clients import CredentialFile


@scenario(
    "RFC 6750 3.1",
    "The request requires higher privileges than provided by the access token. In our words: that says nothing against "
    "the session, which is neither refreshed nor dropped for it.",
    harm="One command that needs more rights signs its user out, again and again, and never says which right it lacks.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
def test_insufficient_scope_is_not_expired(auth_provider: Provider, auth_client: Client) -> None:
    """A 403 for a scope that is missing ends with a message; the session is kept and not refreshed."""
    auth_client.login()
    stored = auth_client.credentials()
    with auth_provider.failing(ErrorAnswer("insufficient_scope", 403), at=RESOURCES):
        outcome = auth_client.use()
    must_explain(outcome)
    must_not_request(outcome, "authorization", "device_authorization")
    told = requests(outcome, *RESOURCES)
    after = [e.line for e in requests(outcome, "token", grant="refresh_token") if told and e.number > told[0].number]
    must(not after, "no refresh for a right that is missing", f"after the 403 it made {', '.join(after)}")
    _must_keep_its_session(auth_client, outcome, stored)


@scenario(
    "RFC 6750 3.1",
    "The access token provided is expired, revoked, malformed, or invalid for other reasons. In our words: so a 401 is "
    "told with what helps, and a 5xx or a page of a gateway is no word about the token.",
    harm="People sign in again and again while the API is down, or wait while their session has long ended.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(503), id="503"),
        pytest.param(HtmlPage(502), id="html-502"),
        pytest.param(Body("", 500), id="empty-500"),
    ],
)
def test_a_failing_api_is_no_dead_session(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """An API that fails ends the command with a message and keeps the session: nobody is told but to sign in again."""
    auth_client.login()
    stored = auth_client.credentials()
    with auth_provider.failing(failure, at=RESOURCES):
        outcome = auth_client.use()
    exposed(auth_client, requests(outcome, *RESOURCES), "the API failed", "it did not call the API")
    must_explain(outcome)
    if not (outcome.says("try_again") or any(str(e.status) in outcome.output for e in requests(outcome, *RESOURCES))):
        must_not_say(outcome, "sign_in_again", "not_signed_in")
    _must_keep_its_session(auth_client, outcome, stored)


@scenario(
    "custom among command-line tools",
    "In our words: whatever has become of a session, a person can look for help, sign out and sign in again.",
    harm="Only deleting files by hand, which nobody tells of, makes the tool usable again.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
@pytest.mark.parametrize("state", ["refused", "revoked"])
def test_relogin_always_possible(auth_provider: Provider, auth_client: Client, state: str) -> None:
    """A session that was refused or revoked stands in nobody's way: signing in again mends it."""
    auth_client.login(expired=state == "refused")
    auth_provider.end_sessions("an administrator ended it")
    auth_client.use()
    auth_client.exposure.add(f"its session was {state}")
    must_succeed(auth_client.attempt_login())
    outcome = auth_client.use()
    must_succeed(outcome)
    must(not requests(outcome, "device_authorization"), "the new session is used", "another sign-in was begun")


@scenario(
    "custom among command-line tools",
    "In our words: an answer without a body, with a page in its place or with half of one is told in a sentence, or "
    "does not matter.",
    harm="People see what a parser has to say about a character, not that the service is out of order.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Body(""), id="empty-200"),
        pytest.param(HtmlPage(200), id="html-200"),
        pytest.param(Truncated(), id="truncated-200"),
        pytest.param(Body("", 401), id="empty-401"),
    ],
)
def test_empty_api_answer_is_a_message(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """An answer of the API with no body, a page or half a document ends in a sentence, unless it does no harm."""
    auth_client.login()
    with auth_provider.failing(failure, at=RESOURCES):
        outcome = auth_client.use()
    if not outcome.ok:
        must_explain(outcome)


def _must_keep_its_session(client: Client, outcome: Outcome, stored: list[CredentialFile]) -> None:
    """Require that what was stored is stored still, or what a refresh of the command has brought; and that it works."""
    if not requests(outcome, "token", grant="refresh_token"):
        must_still_hold(client, stored)
    must_succeed(client.use())
