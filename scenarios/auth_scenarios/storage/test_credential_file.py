"""How the credential file is written: for its owner alone from the first moment, and replaced as a whole."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    CannotTell,
    applies_only,
    must,
    must_hold_old_or_new,
    must_not_crash,
    must_work_or_ask_to_sign_in,
)
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.permissions import OTHERS, login_with_first_modes, others_reach


@scenario(
    "spec-kitty refresh transaction, D5; rename(2)",
    "If newpath already exists, it will be atomically replaced, so that there is no point at which another process "
    "attempting to access newpath will find it missing.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize("trouble", ["full-disk", "read-only", "killed"])
def test_atomic_write(auth_client: Client, trouble: str) -> None:
    """A refresh that cannot write, or is killed, leaves the old session or the new one, never half of one.

    For the full disk, the size of files is limited, so that writing fails in the middle. The kill comes at the first
    write to the store itself; without `strace` there is none.
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
    if trouble != "killed":  # refresh/killed-mid-refresh is about the lock a killed client leaves behind
        must_work_or_ask_to_sign_in(auth_client.use())
    auth_client.exposure.add(f"refreshed with this trouble: {trouble}")


@scenario(
    "review of the OSA device flow",
    "Replace write_text+chmod with os.open(O_CREAT, 0o600) in credentials to eliminate window where tokens are briefly "
    "world-readable.",
    origin="OSA's device flow",
)
def test_created_0600(auth_client: Client) -> None:
    """A file with credentials can be read by its owner alone, from its first moment.

    A directory that only its owner can enter does as well. The first moment shows in the system calls of the login:
    where there is no `strace`, only the mode that the file has in the end is seen.
    """
    first_modes = login_with_first_modes(auth_client)
    stored = auth_client.credentials()
    if not stored:
        raise CannotTell("no file holds an issued token after the login; name the adapter's `credentials`")
    for file in stored:
        seen = "from its first moment" if file.path in first_modes else "once it was there"
        auth_client.exposure.add(f"the login wrote {file.path.name}; its mode was seen {seen}")
        if others_reach(file.path, auth_client.sandbox.root):
            name, first = file.path.name, first_modes.get(file.path, file.mode)
            must(not first & OTHERS, "created with mode 0600", f"{name} was created as {first:04o}")
            must(not file.mode & OTHERS, "mode 0600", f"{name} has mode {file.mode:04o}")
