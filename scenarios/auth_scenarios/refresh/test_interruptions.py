"""Refreshes cut off in the middle: the client is killed, or the provider's answer is lost."""

from __future__ import annotations

import signal

import pytest

from auth_scenarios.verify import (
    exposed,
    must_explain,
    must_recover,
    must_request_at_most,
    must_still_hold,
    must_succeed,
)
from fakeprovider import Provider
from fakeprovider.faults import Closed, Fault, LostAnswer, Reset, Truncated
from pytest_auth_provider import Client, scenario

KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
"""The exit codes of a command that died of SIGKILL, and of a shell whose command did."""


@scenario(
    "spec-kitty refresh transaction, D5",
    "run_refresh_transaction already implements a bounded, machine-wide-locked sequence: 1. Acquire MachineFileLock. "
    "2. Reload persisted session.",
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
        must_succeed(auth_client.use())


@scenario(
    "RFC 9700 4.14.2; refresh storms, openai/codex#15530",
    "Refresh token rotation: the authorization server issues a new refresh token with every access token refresh "
    "response. The previous refresh token is invalidated.",
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
    must_request_at_most(outcome, "token", grant="refresh_token", times=2)
    if not outcome.ok:
        must_explain(outcome)
    following = must_recover(auth_client)
    must_request_at_most(following, "token", grant="refresh_token", times=2)
