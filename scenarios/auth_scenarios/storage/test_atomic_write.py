from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    CannotTell,
    applies_only,
    must_hold_old_or_new,
    must_not_crash,
    must_work_or_ask_to_sign_in,
)
from pytest_auth_provider import Client, scenario


@scenario(
    "spec-kitty refresh transaction, D5 (S4); rename(2)",
    "If newpath already exists, it will be atomically replaced, so that there is no point at which another process "
    "attempting to access newpath will find it missing.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    seed="004_adfe9e4965b3d0bd.txt",
)
@pytest.mark.parametrize("trouble", ["full-disk", "read-only", "killed"])
def test_a_session_is_replaced_as_a_whole(auth_client: Client, trouble: str) -> None:
    """A refresh that cannot write, or is killed, leaves the old session or the new one, never half of one.

    "Full" is a limit on the size of files: what is written fails in the middle, as it does on a disk without room. It
    is killed at the first write to the store itself; where there is no `strace`, it lives.
    """
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    if not stored:
        raise CannotTell("no file holds an issued token after the login; name the adapter's `credentials`")
    readable = any(file.values for file in stored)
    applies_only(readable, f"no issued token shows in what {auth_client.name} stores: half of it looks like the whole")
    if trouble == "killed":
        auth_client.disk.kill_while_writing("use")
    elif trouble == "read-only":
        damage = auth_client.disk.damage("read_only")
        must_not_crash(auth_client.disk.confined().use())
        damage.allow_writing()
    else:
        smallest = min(file.path.stat().st_size for file in stored)
        must_not_crash(auth_client.disk.confined(largest_file=smallest // 2).use())
    must_hold_old_or_new(auth_client, stored)
    if trouble != "killed":  # whether a lock stays behind is another contract
        must_work_or_ask_to_sign_in(auth_client.use())
