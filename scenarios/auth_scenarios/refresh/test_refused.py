"""Refresh tokens that the provider refuses for good (`invalid_grant`): what the command that learns of it does."""

from __future__ import annotations

import pytest

from auth_scenarios.sessions import must_ask_to_sign_in, signed_in_anew
from auth_scenarios.stored import must_still_hold
from auth_scenarios.verify import (
    RESOURCES,
    applies_only,
    exposed,
    must,
    must_not_say,
    must_request,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Hold
from pytest_auth_provider import Client, scenario

REFUSED = ErrorAnswer("invalid_grant")
OVERLAP = 1.0
"""Seconds for which a refresh is held at most, until a second process has sent one, too."""
INVALID = "The provided authorization grant [...] or refresh token is invalid, expired, revoked, [...] In our words: "


@scenario(
    "RFC 6749 5.2",
    INVALID + "asking again brings nothing else, so a command asks once.",
    harm="Every command hangs in retries that cannot work, and the provider counts them as an attack.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_permanent_failure_is_not_retried(auth_provider: Provider, auth_client: Client) -> None:
    """A refused refresh token is not sent again by the command that it was refused to."""
    auth_client.login(expired=True)
    with auth_provider.failing(REFUSED, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_request(outcome, "token", grant="refresh_token")


@scenario(
    "RFC 6749 5.2",
    INVALID + "the person has to sign in again, and is told so.",
    harm="Users read an error code of the protocol, and do not learn that signing in again is all they have to do.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("invalid_grant", 400), id="400"),
        pytest.param(ErrorAnswer("invalid_grant", 401), id="401"),
        pytest.param(ErrorAnswer("refresh_token_reused", 401, envelope="error.code"), id="reused-401-nested"),
        pytest.param(ErrorAnswer("refresh_token_expired", 401, envelope="code"), id="expired-401-top-level"),
    ],
)
def test_invalid_grant_is_explained(auth_provider: Provider, auth_client: Client, failure: ErrorAnswer) -> None:
    """A session that has ended at the provider is told in words, with what helps: to sign in again."""
    reads_it = failure.code == "invalid_grant" or auth_client.policies["refresh_errors"] == "vendor"
    applies_only(reads_it, f"{auth_client.name} does not declare refresh_errors = 'vendor'")
    auth_client.login(expired=True)
    with auth_provider.failing(failure, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    must_ask_to_sign_in(auth_client, outcome)
    if not signed_in_anew(outcome):
        must_not_say(outcome, "valid", "signed_in")


@scenario(
    "RFC 6749 5.2",
    INVALID + "the access token that has expired is no better for it, and is not sent any more.",
    harm="Each command sends a dead token to the API, and its 401 hides that the session has ended.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
def test_invalid_grant_ends_the_use_of_the_old_token(auth_provider: Provider, auth_client: Client) -> None:
    """Once its refresh was refused, a command does not send the expired access token to the API."""
    auth_client.login(expired=True)
    old = {secret.value for secret in auth_provider.secrets if secret.kind == "access_token"}
    with auth_provider.failing(REFUSED, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    refusals = requests(outcome, "token", grant="refresh_token")
    exposed(auth_client, refusals, "its refresh token was refused", "it made no refresh request")
    calls = [e.line for e in requests(outcome, *RESOURCES) if e.number > refusals[0].number and e.bearer in old]
    must(not calls, "no call of the API with the expired token", f"after the refusal it sent it: {', '.join(calls)}")


@scenario(
    "spec-kitty refresh transaction, D5; RFC 9700 4.14.2",
    "if rejected token is current → delete (CURRENT_REJECTION_CLEARED); if stale → preserve repersisted "
    "(STALE_REJECTION_PRESERVED). [...] The previous refresh token is invalidated, [...] In our words: so a refusal "
    "speaks of the token that was sent, and of none that another process has stored meanwhile.",
    harm="Of two commands that run at once, the slower one deletes the session that the other has just refreshed.",
    level="SHOULD",
    promised_by={"stale_rejection": "preserved"},
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
def test_stale_rejection_preserved(auth_provider: Provider, auth_client: Client) -> None:
    """A refusal of a token that is not stored any more leaves the newer session alone, which the next command uses."""
    _applies_where_processes_overlap(auth_provider, auth_client)
    auth_client.login(expired=True)
    older = auth_client.disk.remember()
    must_succeed(auth_client.use())
    newer, stored = auth_client.disk.remember(), auth_client.credentials()
    applies_only(bool(stored), f"no file of {auth_client.name} holds credentials")
    auth_client.disk.restore(older)
    auth_client.restart()
    store_newer = Hold(meanwhile=lambda: auth_client.disk.restore(newer))
    with auth_provider.failing(store_newer, REFUSED, at="token", grant="refresh_token", times=1):
        auth_client.use()
    must_still_hold(auth_client, stored)
    auth_client.restart()
    following = auth_client.use()
    must_succeed(following)
    must(not signed_in_anew(following), "the newer session is used", "the client signed in anew")


@scenario(
    "RFC 6749 6",
    "The authorization server MAY issue a new refresh token, [...] In our words: what a client remembers of one that "
    "was refused ends with the next sign-in.",
    harm="After signing in again the tool still says that its session has ended, until somebody deletes its files.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    signs_in=True,
)
def test_poison_clears(auth_provider: Provider, auth_client: Client) -> None:
    """A new sign-in ends every memory of a refresh token that was refused: the next command works."""
    auth_client.login(expired=True)
    with auth_provider.failing(REFUSED, at="token", grant="refresh_token"):
        auth_client.use()
    auth_client.login()
    must_succeed(auth_client.use())
    auth_client.restart()
    must_succeed(auth_client.use())


def _applies_where_processes_overlap(provider: Provider, client: Client) -> None:
    """Skip the contract for a client that lets no second process refresh beside a first one, as by a lock.

    Nothing newer can then be stored while it waits for an answer, unless by somebody who does not heed its lock. Where
    the adapter declares `stale_rejection`, that says it.
    """
    declared = client.adapter.policies.get("stale_rejection")
    if declared is None:
        client.login(expired=True)
        refresh = Hold(arrivals=2, seconds=OVERLAP)
        with provider.failing(refresh, at="token", grant="refresh_token"):
            running = [client.start("use") for _ in range(2)]
            both = refresh.wait_for_arrival(client.adapter.timeout) and refresh.wait_for_arrival(OVERLAP)
            for process in running:
                process.wait()
        applies_only(both, f"no process of {client.name} refreshes beside another one")
    else:
        applies_only(declared == "preserved", f"{client.name} declares that no process stores while another refreshes")
