"""Refreshes cut off in the middle: the client is killed, or the provider's answer is lost."""

from __future__ import annotations

import signal

import pytest

from auth_scenarios.sessions import must_not_storm, must_work_from_store
from auth_scenarios.stored import must_still_hold
from auth_scenarios.verify import exposed, must_explain, must_recover
from fakeprovider import Provider
from fakeprovider.faults import Closed, Fault, LostAnswer, Reset, Truncated
from pytest_auth_provider import Client, scenario

KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
"""The exit codes of a command that died of SIGKILL, and of a shell whose command did."""


@scenario(
    "spec-kitty refresh transaction, D5",
    "run_refresh_transaction already implements a bounded, machine-wide-locked sequence: 1. Acquire MachineFileLock. "
    "2. Reload persisted session. [...] In our words: bounded also means that a process that was killed leaves no lock "
    "behind that blocks the next one.",
    harm=(
        "After a reboot or Ctrl+C at the wrong moment the tool waits for a lock that nobody holds, or its session is "
        "gone."
    ),
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize("committed", [False, True], ids=["unanswered", "committed"])
def test_killed_mid_refresh(auth_client: Client, committed: bool) -> None:
    """A client killed while it refreshes leaves its session whole and no lock behind: the next command goes on."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    killed = auth_client.kill_at("use", "token", grant="refresh_token", committed=committed)
    exposed(
        auth_client,
        killed.exit_code in KILLED,
        f"killed by SIGKILL as its refresh {'had been done' if committed else 'arrived'}",
        f"it did not die of being killed as it refreshed: {killed.ending()}",
    )
    must_still_hold(auth_client, stored)
    if committed:
        # The stored refresh token is spent, and the client cannot know.
        must_recover(auth_client)
    else:
        must_work_from_store(auth_client)


@scenario(
    "RFC 9700 4.14.2; openai/codex#15530",
    "the authorization server issues a new refresh token with every access token refresh response. The previous "
    "refresh token is invalidated, [...] Later auth checks could retry refresh again and again, creating a storm of "
    "doomed `/oauth/token` requests and repeatedly surfacing the same failure. In our words: a refresh of which the "
    "answer was lost leaves the client with a token that is spent; it notices, and says that the user has to sign in.",
    harm=(
        "A connection that breaks at the wrong moment leaves a session that never works again, and no word that "
        "signing in would help."
    ),
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="codex's refresh storm",
)
@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(LostAnswer(Reset()), id="reset"),
        pytest.param(LostAnswer(Closed()), id="closed"),
        pytest.param(LostAnswer(Truncated()), id="truncated"),
    ],
)
def test_lost_answer(auth_provider: Provider, auth_client: Client, lost: Fault) -> None:
    """A refresh the provider did and the client never heard of: no crash, no storm; then it works or asks to sign in.

    The refresh token that is stored is spent by then, and nothing in the answer could have told.
    """
    auth_client.login(expired=True)
    with auth_provider.failing(lost, at="token", grant="refresh_token"):
        outcome = auth_client.use()
    if outcome.timed_out:
        must_not_storm(auth_provider, auth_client, outcome)
    if not outcome.ok:
        must_explain(outcome)
    following = must_recover(auth_client)
    if auth_client.lives_on:
        auth_client.restart()
        must_recover(auth_client)
    must_not_storm(auth_provider, auth_client, outcome, following)
