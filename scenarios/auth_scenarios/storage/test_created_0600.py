from __future__ import annotations

from auth_scenarios.verify import CannotTell
from pytest_auth_provider import scenario
from pytest_auth_provider.checks.permissions import OTHERS, login_with_first_modes, others_reach
from pytest_auth_provider.clients.client import Client


@scenario(
    "review of the OSA device flow (S3)",
    "Replace write_text+chmod with os.open(O_CREAT, 0o600) in credentials to eliminate window where tokens are briefly "
    "world-readable.",
    seed="003_ac4bf891c4a85fd9.txt",
)
def test_credentials_are_created_for_their_owner_alone(auth_client: Client) -> None:
    """A file with credentials can be read by its owner alone, from its first moment.

    A directory that only its owner can enter does as well. The first moment shows in the system calls of the login:
    where there is no `strace`, only the mode that the file has in the end is seen.
    """
    first_modes = login_with_first_modes(auth_client)
    stored = auth_client.credentials()
    if not stored:
        raise CannotTell("no file holds an issued token after the login; name the adapter's `credentials`")
    for file in stored:
        if others_reach(file.path, auth_client.sandbox.root):
            name, first = file.path.name, first_modes.get(file.path, file.mode)
            assert not first & OTHERS, f"Expected: created with mode 0600\nActual:   {name} was created as {first:04o}"
            assert not file.mode & OTHERS, f"Expected: mode 0600\nActual:   {name} has mode {file.mode:04o}"
