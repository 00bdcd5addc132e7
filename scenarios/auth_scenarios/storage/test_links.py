"""Credential files that are symbolic links: those of the user are kept, and none makes secrets readable by others."""

from __future__ import annotations

from pathlib import Path

from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import applies_only, exposed, must, must_explain
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.checks.permissions import others_can_read


@scenario(
    "custom among command-line tools",
    "In our words: a user who keeps the store elsewhere, and links to it from where the client looks, finds the link "
    "there afterwards and the new session where it leads to.",
    harm="Who keeps a store in a directory of their own, or shares it between machines, works with an old session.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    promised_by={"symlinked_store": "followed"},
)
def test_symlinked_store_survives(auth_provider: Provider, auth_client: Client) -> None:
    """A store that is a link within HOME is a link after a refresh, and what it leads to holds the new session."""
    declared = auth_client.policies["symlinked_store"]
    applies_only(declared in ("", "followed"), f"{auth_client.name} declares that a link is {declared}")
    auth_client.login(expired=True)
    moved = {
        file.path: _linked(file.path, auth_client.sandbox.home / "kept-elsewhere")
        for file in stored_credentials(auth_client)
    }
    before = {path: target.read_bytes() for path, target in moved.items()}
    older = {secret.value for secret in auth_provider.secrets}
    auth_client.restart()
    outcome = auth_client.use()
    if not outcome.ok and not declared:  # a client may refuse to follow any link, and says so
        must_explain(outcome)
        auth_client.exposure.add("it refused to work with a link")
        return
    new = [secret.value for secret in auth_provider.secrets if secret.value not in older]
    exposed(auth_client, new, f"it refreshed while {_names(moved)} was a link", "it was given no new token")
    for path, target in moved.items():
        must(path.is_symlink(), f"{path.name} is the link that it was", "it is a file now")
        must(target.read_bytes() != before[path], "the new session is where the link leads to", "the old one is")


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4",
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, [...] Refresh tokens MUST be kept confidential in transit and storage, [...] In our words: "
    "also where somebody has put a link in the place of the store, to a file that others can read.",
    harm="Another user of the machine plants a link, and reads the session of whoever signs in next.",
    level="SHOULD",
)
def test_foreign_symlink_is_not_followed(auth_client: Client) -> None:
    """A login over a link to a file that everybody can read leaves no secret readable by others, in whichever file."""
    auth_client.login()
    shared = auth_client.sandbox.tmp / "shared"
    moved = {file.path: _linked(file.path, shared) for file in stored_credentials(auth_client)}
    shared.chmod(0o777)
    for target in moved.values():
        target.chmod(0o666)
    auth_client.restart()
    # Unreported: that others can read the old session is our doing, and no other contract's business.
    quiet = auth_client.under(reported=False)
    older = {secret.value for secret in auth_client.provider.secrets}
    quiet.attempt_login()
    new = {secret.value for secret in auth_client.provider.secrets} - older
    exposed(auth_client, new, f"it signed in while {_names(moved)} led to a file of all users", "it was given no token")
    for file in quiet.credentials():
        readable = others_can_read(file.path, file.path.stat().st_mode, auth_client.sandbox.root)
        must(not (readable and file.values & new), "no file that others can read holds the session", file.path.name)


def _linked(path: Path, directory: Path) -> Path:
    """Move a file to a directory, leave a link in its place, and return where it is now."""
    directory.mkdir(exist_ok=True)
    target = path.rename(directory / path.name)
    path.symlink_to(target)
    return target


def _names(moved: dict[Path, Path]) -> str:
    return ", ".join(path.name for path in moved)
