from __future__ import annotations

import pytest

from auth_scenarios.verify import must_recover, must_still_hold, must_succeed
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty refresh transaction, D5 (S4)",
    "run_refresh_transaction already implements a bounded, machine-wide-locked sequence: 1. Acquire MachineFileLock. "
    "2. Reload persisted session.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    seed="004_adfe9e4965b3d0bd.txt",
)
@pytest.mark.parametrize("committed", [False, True], ids=["unanswered", "committed"])
def test_a_killed_refresh_blocks_nobody(auth_client: Client, committed: bool) -> None:
    """A client killed while it refreshes leaves its session whole and no lock behind: the next command goes on."""
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    auth_client.kill_at("use", "token", grant="refresh_token", committed=committed)
    must_still_hold(auth_client, stored)
    if committed:
        # The stored refresh token is spent, and the client cannot know.
        must_recover(auth_client)
    else:
        must_succeed(auth_client.use())
