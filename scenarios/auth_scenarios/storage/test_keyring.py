"""Sessions in the keyring of a desktop, and what a client does where that is locked, silent, full of holes or foreign.

The keyring is a fake Secret Service on a session bus of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

from auth_scenarios.storage.keyrings import keyring_for, session_in_keyring
from auth_scenarios.verify import (
    applies_only,
    must,
    must_end,
    must_explain,
    must_fail,
    must_not_crash,
    must_not_say,
    must_succeed,
)
from fakeprovider import Provider
from fakeprovider.faults import LargeToken
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.keyring import Keyring
from pytest_auth_provider.outcome.files import regular_files

PATIENCE = 60.0
"""Seconds within which a command ends whose keyring is silent: D-Bus libraries wait for 25 of them."""
LARGE = 4000
"""Bytes that make a session that is larger than what some keyrings take."""
FALLBACK = re.compile(r"(?i)key ?ring|keychain|secret service|credential (?:store|manager|helper)|plain ?text|insecure")
"""What it usually takes to say where a session is, if not in a keyring."""


@scenario(
    "custom among command-line tools",
    "In our words: a keyring that takes calls and never answers does not hang a command for ever.",
    harm="Over SSH, or while the desktop waits for a password, every command hangs without a word.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_keyring_that_hangs_is_bounded(auth_client: Client) -> None:
    """Every command ends by itself while the keyring that its session is in is silent."""
    limit = float(auth_client.adapter.policies.get("ends_within", PATIENCE))
    with session_in_keyring(auth_client) as (keeper, keyring):
        keyring.state = "silent"
        for action in ("use", "logout", "login"):
            if keeper.can(action):
                asked = len(keyring.calls)
                must_end(keeper.within(limit).run(action))
                told = f"`{action}` asked it {len(keyring.calls) - asked} times while it was silent"
                auth_client.exposure.add(told)


@scenario(
    "custom among command-line tools",
    "In our words: a keyring that cannot be read says nothing about the session in it, so nobody is told to be signed "
    "out, and nothing is written over.",
    harm="Over SSH the tool says that nobody is signed in, the user signs in again, and the old session is lost.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_unreadable_keyring_is_not_signed_out(auth_client: Client) -> None:
    """A locked keyring is told as that, not as `not signed in`, and the session works once it is unlocked."""
    with session_in_keyring(auth_client) as (keeper, keyring):
        before = {path: item.value for path, item in keyring.items.items()}
        keyring.state = "locked"
        for action in ("status", "use"):
            if keeper.can(action):
                outcome = keeper.run(action)
                must_explain(outcome)
                must(FALLBACK.search(outcome.output), f"`{action}` names the keyring", "it does not say what is wrong")
                must_not_say(outcome, "not_signed_in")
        keyring.state = "works"
        kept = before == {path: item.value for path, item in keyring.items.items()}
        must(kept, "what the keyring holds stays as it is", "it was changed while it was locked")
        must_succeed(keeper.use())


@scenario(
    "custom among command-line tools",
    "In our words: a login says that it went well only where the next command can read what it has stored.",
    harm="The login says that all is well, and the next command asks to sign in: an endless loop.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_login_reads_back_what_it_wrote(auth_client: Client) -> None:
    """A login into a keyring that accepts everything and keeps nothing fails and says so, or keeps the session."""
    with keyring_for(auth_client, "forgets") as (keeper, keyring):
        _must_sign_in_or_explain(keeper, keyring, "its keyring accepted a secret and did not keep it")


@scenario(
    "custom among command-line tools",
    "In our words: where there is no keyring to be had, a session is in plain text only where the user is told.",
    harm="A token that was promised to be in the keyring is in a file, in backups and in dotfiles, and nobody knows.",
    level="SHOULD",
    promised_by={"keyring_missing": ""},
    signs_in=True,
)
def test_keyring_fallback_is_declared(auth_client: Client) -> None:
    """A login whose keyring is locked stores its session in a file only where it says so, or fails, as declared."""
    with keyring_for(auth_client, "locked") as (keeper, keyring):
        outcome = keeper.attempt_login()
        applies_only(bool(keyring.calls), f"{auth_client.name} asks no keyring")
        auth_client.exposure.add("its keyring was locked, and nobody came to unlock it")
        must_not_crash(outcome)
        in_plain = [file.path.name for file in keeper.credentials() if file.values]
        if keeper.policies["keyring_missing"] == "required":
            must_fail(outcome)
            must(not in_plain, "without a keyring nothing is stored", f"{', '.join(in_plain)} holds tokens")
        elif in_plain:
            told = FALLBACK.search(outcome.output)
            must(told, "that the session is in a file is said", f"{', '.join(in_plain)} holds tokens, without a word")
        else:
            must_explain(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: a session that a keyring has no room for is kept elsewhere, in parts, or refused with the reason.",
    harm="Users in many groups cannot sign in on machines whose keyring is small, and are told nothing that helps.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_small_keyring_is_no_dead_end(auth_provider: Provider, auth_client: Client) -> None:
    """A login whose session is larger than the keyring takes (2560 bytes) works, or fails and says why."""
    large = auth_provider.failing(LargeToken(LARGE), at="token")
    with large, keyring_for(auth_client, "small") as (keeper, keyring):
        _must_sign_in_or_explain(keeper, keyring, "its token had 4000 bytes, its keyring takes 2560")


@scenario(
    "custom among command-line tools",
    "In our words: what is stored and cannot be decrypted any more, as after a change of the key, is told as that, and "
    "a login replaces it.",
    harm="After a new password, a new machine or a restored backup nothing works, and signing in does not help.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_key_change_is_explained(auth_client: Client) -> None:
    """A session whose secrets in the keyring are gibberish: a message, and a login works."""
    with session_in_keyring(auth_client) as (keeper, keyring):
        keyring.spoil()
        outcome = keeper.use()
        must_explain(outcome)
        must_succeed(keeper.attempt_login())
        must_succeed(keeper.use())


@scenario(
    "custom among command-line tools",
    "In our words: the sessions of one HOME are no business of another one, also where both share a keyring.",
    harm="Signing out of a test account signs the same person out everywhere else on the machine.",
    level="SHOULD",
    needs={"use", "logout"},
    signs_in=True,
)
def test_homes_are_independent(auth_client: Client) -> None:
    """After a sign-out in one HOME, the session of another HOME with the same keyring works."""
    with keyring_for(auth_client) as (keeper, keyring):
        other = _another_home(keeper)
        must_succeed(keeper.attempt_login())
        must_succeed(keeper.run("login", env=other))
        applies_only(keeper.run("use", env=other).ok, f"{auth_client.name} keeps no session in another HOME")
        leads = keyring.items or any(regular_files(Path(other["HOME"])))
        applies_only(bool(leads), f"{auth_client.name} keeps its session where another HOME does not lead")
        shared = f", with one keyring of {len(keyring.items)} items" if keyring.items else ""
        auth_client.exposure.add(f"signed in in two HOMEs{shared}, and out of one of them")
        keeper.logout()
        must_succeed(keeper.run("use", env=other))


def _must_sign_in_or_explain(keeper: Client, keyring: Keyring, told: str) -> None:
    """Require of a login that it fails and says why, or that the next command works; `told` is what stood in its way.

    The contract does not apply to a client that stores nothing in the keyring.
    """
    outcome = keeper.attempt_login()
    stored = {"CreateItem", "SetSecret"} & set(keyring.calls)
    applies_only(bool(stored), f"{keeper.name} stores nothing in a keyring")
    keeper.exposure.add(told)
    must_not_crash(outcome)
    if outcome.exit_code == 0:
        must_succeed(keeper.use())
    else:
        must_explain(outcome)


def _another_home(client: Client) -> dict[str, str]:
    """Return the variables of a second HOME in the sandbox."""
    home = client.sandbox.home / "another"
    kinds = {"CONFIG": ".config", "CACHE": ".cache", "DATA": ".local/share", "STATE": ".local/state"}
    for below in kinds.values():
        (home / below).mkdir(parents=True)
    return {"HOME": str(home), **{f"XDG_{kind}_HOME": str(home / below) for kind, below in kinds.items()}}
