"""How the credential file is written: for its owner alone from the first moment, and replaced as a whole."""

from __future__ import annotations

import pytest

from auth_scenarios.storage.disk_troubles import TROUBLES, Trouble
from auth_scenarios.stored import must_hold_old_or_new, stored_credentials
from auth_scenarios.verify import must, must_not_crash, must_work_or_ask_to_sign_in
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.permissions import OTHERS, login_with_first_modes, others_reach


@scenario(
    "rename(2)",
    "If newpath already exists, it will be atomically replaced, so that there is no point at which another process "
    "attempting to access newpath will find it missing. In our words: a session is replaced as a whole or not at all, "
    "whatever happens while it is written.",
    harm=(
        "A full disk or a kill at the wrong moment costs the user the session, and every command fails until they sign "
        "in anew."
    ),
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_atomic_write(auth_client: Client, trouble: Trouble) -> None:
    """A refresh that cannot write, or is killed, leaves the old session or the new one, never half of one.

    The disk is full after so many bytes, refuses every change, or the client is killed at one of the steps in which it
    stores its session, each time in the act.
    """
    auth_client.login(expired=True)
    stored_credentials(auth_client)
    run = trouble.during(auth_client, "use")
    must_hold_old_or_new(auth_client, run.before)
    if not trouble.kills:  # refresh/killed-mid-refresh is about the lock a killed client leaves behind
        must_not_crash(run.outcome)
        auth_client.restart()  # what it has in memory is not what it has written
        must_work_or_ask_to_sign_in(auth_client.use())


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4; review of the OSA device flow",
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, [...] Refresh tokens MUST be kept confidential in transit and storage, [...] Replace "
    "write_text+chmod with os.open(O_CREAT, 0o600) in credentials to eliminate window where tokens are briefly "
    "world-readable",
    harm="Other users of the machine can copy the session and act as its owner.",
    origin="OSA's device flow",
)
def test_created_0600(auth_client: Client) -> None:
    """A file with credentials can be read by its owner alone, from its first moment.

    A directory that only its owner can enter does as well. The first moment shows in the system calls of the login:
    where there is no `strace`, only the mode that the file has in the end is seen.
    """
    first_modes = login_with_first_modes(auth_client)
    stored = stored_credentials(auth_client)
    for file in stored:
        seen = "from its first moment" if file.path in first_modes else "once it was there"
        auth_client.exposure.add(f"the login wrote {file.path.name}; its mode was seen {seen}")
        if others_reach(file.path, auth_client.sandbox.root):
            name, first = file.path.name, first_modes.get(file.path, file.mode)
            must(not first & OTHERS, "created with mode 0600", f"{name} was created as {first:04o}")
            must(not file.mode & OTHERS, "mode 0600", f"{name} has mode {file.mode:04o}")
