"""Answers to a refresh that are odd: successes that are none, members of odd types, somebody else's tokens."""

from __future__ import annotations

import json

import pytest

from auth_scenarios.sessions import must_survive
from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import (
    RESOURCES,
    applies_only,
    applies_where_changed,
    exposed,
    must,
    must_explain,
    must_request_at_most,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import (
    Body,
    ErrorAnswer,
    ExtraMember,
    Fault,
    MissingMember,
    OtherSubject,
    WrongAudience,
    WrongMember,
)
from pytest_auth_provider import Client, scenario

GENERATION = 74_110
"""A generation that no refresh comes to by itself."""


@scenario(
    "RFC 6749 5.1",
    "REQUIRED. The access token issued by the authorization server. In our words: an answer without one is no "
    "success, whatever its status; it changes nothing.",
    harm="One broken answer takes the place of a good session, and every command fails until somebody signs in again.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"token_type": "Bearer", "expires_in": 3600}, id="absent"),
        pytest.param({"access_token": None, "token_type": "Bearer"}, id="null"),
        pytest.param({"access_token": "", "token_type": "Bearer"}, id="empty"),
    ],
)
def test_success_without_access_token(auth_provider: Provider, auth_client: Client, body: object) -> None:
    """A 200 without an access token is a failure of the moment: nothing is lost, the next command recovers."""
    must_survive(auth_provider, auth_client, Body(json.dumps(body)), unchanged=False)


@scenario(
    "RFC 6749 5.2",
    "REQUIRED. A single ASCII [USASCII] error code from the following: [...] In our words: where there is one, it "
    "counts, also beside a status of 200.",
    harm="A provider that hides an error in a 200 makes the tool throw its session away, or store an error as one.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_success_with_error_body(auth_provider: Provider, auth_client: Client) -> None:
    """A 200 that holds a passing error is that error: nothing is lost, the next command recovers."""
    must_survive(auth_provider, auth_client, ErrorAnswer("temporarily_unavailable", 200), unchanged=False)


@scenario(
    "RFC 6749 5.1",
    "REQUIRED. The access token issued by the authorization server. In our words: a number, a list or an object is "
    "none, and JSON that is no object has none; such an answer changes nothing.",
    harm="A gateway that answers in JSON of its own crashes the tool, or overwrites its session with nonsense.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"access_token": ["a", "b"], "token_type": "Bearer"}, id="list-for-token"),
        pytest.param({"access_token": 17, "token_type": "Bearer"}, id="number-for-token"),
        pytest.param([], id="list"),
        pytest.param(None, id="null"),
    ],
)
def test_wrong_types(auth_provider: Provider, auth_client: Client, body: object) -> None:
    """An answer whose members are of odd types is a failure of the moment: nothing is lost, the next one recovers."""
    must_survive(auth_provider, auth_client, Body(json.dumps(body)), unchanged=False)


@scenario(
    "RFC 6749 5.1",
    "The lifetime in seconds of the access token. [...] In our words: a lifetime that cannot be read is unknown, and "
    "no reason to refresh until one can be read.",
    harm="Each step of a command asks for another token, until the provider blocks the account.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize("told", ["soon", "2036-01-01T00:00:00Z"], ids=["word", "date"])
def test_unparsed_expiry_does_not_storm(auth_provider: Provider, auth_client: Client, told: str) -> None:
    """A lifetime that cannot be read leads to one refresh for each command at most."""
    auth_client.login(expired=True)
    with auth_provider.failing(WrongMember("expires_in", told), at="token", optional=True) as armed:
        outcomes = [auth_client.use(), auth_client.use()]
    applies_where_changed(auth_provider, auth_client, armed.fired, "expires_in")
    for outcome in outcomes:
        must_request_at_most(outcome, "token", grant="refresh_token")
        if not outcome.ok:
            must_explain(outcome)


@scenario(
    "OIDC Core 12.2",
    "its sub Claim Value MUST be the same as in the ID Token issued when the original authentication occurred, [...] "
    "In our words: tokens that come with an ID token about somebody else are not used.",
    harm="After a mix-up at the provider a user works with somebody else's account, and does not notice.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
def test_other_subject(auth_provider: Provider, auth_client: Client) -> None:
    """A refresh that brings an ID token about another person ends with a message, and its tokens are not used.

    Whoever believes any ID token, or reads none, is not asked: nothing of it could mislead them.
    """
    with auth_provider.failing(WrongAudience(kind="id_token"), at="token", optional=True) as wrong:
        believed = auth_client.attempt_login().ok
    applies_where_changed(auth_provider, auth_client, wrong.fired, "id_token")
    applies_only(
        not believed, f"{auth_client.name} does not look at ID tokens: it signed in with one for another client"
    )
    auth_client.login(expired=True)
    with auth_provider.failing(OtherSubject(), at="token", grant="refresh_token", optional=True) as armed:
        outcome = auth_client.use()
    applies_where_changed(auth_provider, auth_client, armed.fired, "id_token")
    refreshed = [e.number for e in requests(outcome, "token", grant="refresh_token")]
    calls = [e.line for e in requests(outcome, *RESOURCES) if e.number > min(refreshed)]
    must(not calls, "tokens that come with another person's ID token are not used", "\n".join(calls))
    must_explain(outcome)


@scenario(
    "spec-kitty refresh contract, D8",
    "TokenRefreshFlow._update_session() already preserves scope, session_id, user_id, email, name, teams, "
    "default_team_id, auth_method, and storage_backend from the existing session. In our words: what an answer leaves "
    "out stays as it was.",
    harm="An hour after the sign-in the tool does not know any more who it was that signed in.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_other_fields_survive(auth_provider: Provider, auth_client: Client) -> None:
    """What was stored of the person survives a refresh whose answer says nothing of them."""
    auth_client.login(expired=True)
    person = auth_provider.user.person
    known = [fact for fact in (person.sub, person.name, person.email) if fact in _text(auth_client)]
    applies_only(bool(known), f"nothing in the store of {auth_client.name} shows who signed in")
    silent: list[Fault] = [MissingMember("id_token"), MissingMember("scope")]
    with auth_provider.failing(*silent, at="token", grant="refresh_token", optional=True):
        outcome = auth_client.use()
    must_succeed(outcome)
    refreshed = requests(outcome, "token", grant="refresh_token")
    exposed(auth_client, refreshed, f"its store named {known[0]!r}, and it refreshed", "it made no refresh request")
    lost = [fact for fact in known if fact not in _text(auth_client)]
    must(not lost, "what was stored of the person is stored still", f"{', '.join(lost)} is gone")


@scenario(
    "spec-kitty refresh contract, D8",
    'The new generation field from the Tranche 2 response must be captured via tokens.get("generation") and stored in '
    "the returned StoredSession.",
    harm="When a session has to be looked into, nobody can tell which of its generations the tool holds.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "replay": "benign_409"},
    origin="spec-kitty's sign-out",
)
def test_generation_is_stored(auth_provider: Provider, auth_client: Client) -> None:
    """The generation that a refresh brings is stored."""
    auth_client.login(expired=True)
    visible = any(file.values for file in auth_client.credentials())
    applies_only(visible, f"nothing in the store of {auth_client.name} can be read")
    tells_one = "generation" in auth_provider.issue().members
    told = WrongMember("generation", GENERATION) if tells_one else ExtraMember("generation", GENERATION)
    with auth_provider.failing(told, at="token", grant="refresh_token"):
        must_succeed(auth_client.use())
    must(str(GENERATION) in _text(auth_client), "the generation is stored", "no file of the client holds it")


def _text(client: Client) -> str:
    """Return what the credential files of the client hold, as text."""
    return "\n".join(file.path.read_text("utf-8", errors="replace") for file in stored_credentials(client))
