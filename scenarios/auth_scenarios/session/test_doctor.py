"""The self-check of a session: offline by default, and what it says when the provider knows the session no more."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    exposed,
    must,
    must_end_as_declared,
    must_not_crash,
    must_not_say,
    must_request,
    must_say,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer, ExtraMember, Fault, HtmlPage, Reset, ServerError
from pytest_auth_provider import Client, scenario

STATUS = ("session_status", "userinfo")
"""Where a client asks whether its session lives."""
INTERNALS = {
    "token_family_id": "family-7f3a91c2",
    "is_revoked": "revoked-5b1d8e04",
    "revocation_reason": "reason-c9920f6d",
}
"""What a provider knows of a session and keeps to itself, with values that can be told from all others."""


@scenario(
    "spec-kitty session-status contract, D4",
    'On 401, doctor output says "re-authenticate" without attempting to determine why the session is invalid.',
    harm="A user whose session has ended is sent after a guessed cause, when signing in again is all that helps.",
    level="SHOULD",
    needs={"doctor_server"},
    origin="spec-kitty's sign-out",
)
def test_401_means_sign_in_again(auth_provider: Provider, auth_client: Client) -> None:
    """A session the provider no longer knows is reported as one thing only: sign in again."""
    auth_client.login()
    auth_provider.end_sessions()
    outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    must_request(outcome, "session_status", "userinfo")
    auth_client.exposure.add("its session status was answered after the session had ended")
    must_say(outcome, "sign_in_again")
    must_not_say(outcome, "healthy")


@scenario(
    "spec-kitty doctor contract, D6",
    "_auth_doctor.py is explicitly offline [...]. It reads local files and probes 127.0.0.1 ports only.",
    harm="The command that should tell why nothing works fails or hangs itself where the network is the trouble.",
    level="SHOULD",
    needs={"doctor"},
    origin="spec-kitty's sign-out",
)
def test_offline_by_default(auth_client: Client) -> None:
    """Without its server option the self-check asks the provider nothing."""
    auth_client.login()
    outcome = auth_client.doctor()
    must_end_as_declared(outcome)
    auth_client.exposure.add("checked itself while it was signed in")
    lines = "\n".join(exchange.line for exchange in outcome.exchanges)
    must(not outcome.exchanges, "no request at all", lines)


@scenario(
    "spec-kitty session-status contract, D4",
    "_check_server_session() must refresh first if the access token is expired or near expiry, then call this "
    "endpoint.",
    harm="A healthy session is called dead after an hour, and its user signs in again for nothing.",
    level="SHOULD",
    needs={"doctor_server"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_server_check_refreshes_first(auth_client: Client) -> None:
    """The provider is asked about the session with a token that has not expired."""
    auth_client.login(expired=True)
    outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    asked = requests(outcome, *STATUS)
    exposed(auth_client, asked, "its token had expired as it was to ask about its session", "it asked nobody")
    must(asked[-1].status == 200, "it asks with a fresh token", f"the answer was {asked[-1].status}")
    must_not_say(outcome, "sign_in_again")


@scenario(
    "spec-kitty session-status contract, D4",
    "Fields like token_family_id, is_revoked, revocation_reason are explicitly absent from the response per the "
    "contract's additionalProperties: false. In our words: and where one is there all the same, it is not shown.",
    harm="What a provider knows about a theft is shown to the thief.",
    level="SHOULD",
    needs={"doctor_server"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize("ended", [False, True], ids=["active", "leaky-401"])
def test_nothing_internal_shown(auth_provider: Provider, auth_client: Client, ended: bool) -> None:
    """What is internal to the provider is not shown, though its answer has it."""
    auth_client.login()
    leaks: list[Fault] = [ExtraMember(name, value) for name, value in INTERNALS.items()]
    if ended:
        leaks = [ErrorAnswer("invalid_token", 401, description=" ".join(INTERNALS.values()))]
    with auth_provider.failing(*leaks, at=STATUS):
        outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    shown = [value for value in INTERNALS.values() if value in outcome.output]
    must(not shown, "nothing internal is shown", f"it shows {', '.join(shown)}")


@scenario(
    "spec-kitty session-status contract, D4",
    'Returns 200 with {"session_id", "current_generation", "created_at", ..., "status": "active"} for a live session. '
    "In our words: whatever else is answered, or nothing, says nothing good of the session.",
    harm="The self-check calls a session healthy of which nobody knows whether it lives.",
    level="SHOULD",
    needs={"doctor_server"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ServerError(503), id="503"),
        pytest.param(HtmlPage(200), id="html-200"),
        pytest.param(Body("[]"), id="list"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_unreachable_is_not_healthy(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A session that could not be checked is not called healthy."""
    auth_client.login()
    with auth_provider.failing(failure, at=STATUS):
        outcome = auth_client.doctor_server()
    must_not_crash(outcome)
    must_not_say(outcome, "healthy")
