"""Who may read what is stored: whatever was there before, and however often it is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import applies_only, exposed, must, must_succeed
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.permissions import OTHERS, login_with_first_modes, others_can_read
from pytest_auth_provider.clients.credentials import CredentialFile
from pytest_auth_provider.outcome.files import mode_bits
from pytest_auth_provider.processes.command_builder import PlaceholderValues

CONFIDENTIAL = (
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, [...] Refresh tokens MUST be kept confidential in transit and storage, [...] In our words: "
)
OPEN_FILE, OPEN_DIRECTORY = 0o644, 0o755


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4",
    CONFIDENTIAL + "a credential file that others can read, as after a restored backup, is closed when it is written.",
    harm="A store that was readable once, as after a restored backup, hands every later session to the whole machine.",
)
def test_pre_existing_0644_is_tightened(auth_client: Client) -> None:
    """A credential file that was found readable by others is readable by its owner alone once a login has written it.

    A directory that only its owner can enter does as well.
    """
    auth_client.login()
    before = stored_credentials(auth_client)
    for file in before:
        file.path.chmod(OPEN_FILE)
        file.path.parent.chmod(OPEN_DIRECTORY)
    # Unreported: that others can read it now is our doing, and no other contract's business.
    must_succeed(auth_client.under(reported=False).attempt_login())
    written = _rewritten(auth_client, before)
    exposed(auth_client, written, f"it wrote {_names(written)}, which others could read", "it wrote nothing again")
    for file in written:
        readable = others_can_read(file.path, file.mode, auth_client.sandbox.root)
        must(not readable, f"{file.path.name} is closed to others", f"it has mode {file.mode:04o}")


@scenario(
    "RFC 6749 10.4",
    "Refresh tokens MUST be kept confidential in transit and storage, [...] In our words: no rewrite opens a "
    "credential file that was closed before.",
    harm="The `chmod 600` of a careful user is undone by the next refresh, and nobody notices.",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_rewrite_keeps_a_tightened_mode(auth_client: Client) -> None:
    """A credential file that its owner has closed to others stays closed when a refresh writes it anew."""
    auth_client.login(expired=True)
    before = stored_credentials(auth_client)
    for file in before:
        file.path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    outcome = auth_client.use()
    written = _rewritten(auth_client, before)
    exposed(auth_client, written, f"a refresh wrote {_names(written)}", f"it wrote nothing: {outcome.ending()}")
    for file in written:
        opened = file.mode & OTHERS and others_can_read(file.path, file.mode, auth_client.sandbox.root)
        must(not opened, f"{file.path.name} keeps mode 0600", f"it has mode {file.mode:04o}")


@scenario(
    "custom among command-line tools",
    "In our words: a directory that is made for credentials can be entered by its owner alone.",
    harm="Others see which accounts there are and when they are used, and one file of a wrong mode is theirs.",
    level="SHOULD",
    signs_in=True,
)
def test_directory_0700(auth_client: Client) -> None:
    """A directory that the login makes for its credentials can be entered by its owner alone.

    What other programs keep there as well, as in HOME and the XDG directories, is not the client's to close. Nor is one
    accused whose files can be read from their first moment: `storage/created-0600` tells that.
    """
    there = _directories_before(auth_client)
    first_modes = login_with_first_modes(auth_client)
    stored = stored_credentials(auth_client)
    if any(first_modes.get(file.path, file.mode) & OTHERS for file in stored):
        auth_client.exposure.add("others could read the files themselves, which storage/created-0600 tells")
        return
    own = {file.path.parent for file in stored} - there
    applies_only(bool(own), f"{auth_client.name} makes no directory for its credentials")
    for directory in own:
        mode = mode_bits(directory.stat())
        auth_client.exposure.add(f"its login made the directory {directory.name}")
        must(not mode & OTHERS, f"the directory {directory.name} has mode 0700", f"it has mode {mode:04o}")


def _directories_before(client: Client) -> set[Path]:
    """Return the directories that are there before the login, and those that the adapter's `[files]` make."""
    sandbox = client.sandbox
    values = PlaceholderValues(client.adapter, sandbox, client.provider)
    furnished = [sandbox.home / values.fill(template) for template in client.adapter.files]
    walked = {Path(directory) for directory, _names, _files in os.walk(sandbox.root)}
    return walked.union(*(path.parents for path in furnished))


def _rewritten(client: Client, before: list[CredentialFile]) -> list[CredentialFile]:
    """Return the credential files that were there before and hold something else now."""
    old = {file.path: file.sha256 for file in before}
    return [file for file in client.credentials() if old.get(file.path, file.sha256) != file.sha256]


def _names(files: list[CredentialFile]) -> str:
    return ", ".join(file.path.name for file in files)
