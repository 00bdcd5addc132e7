"""Sloppy clients of the family `storage`: sessions in a keyring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reference_client import keyring_store
from reference_client.errors import KeyringError, StoreError
from reference_client.keyring_store import KeyringStore
from reference_client.secret_service import SecretService
from reference_client.session import Session
from tests.sloppy.defects import sloppy


@sloppy("storage/keyring-that-hangs-is-bounded", SecretService, "__init__", hangs=True)
def waits_for_the_keyring(init: Callable[..., None], self: SecretService, timeout: float) -> None:
    """The keyring is waited for as long as it takes."""
    init(self, 86_400)


@sloppy("storage/unreadable-keyring-is-not-signed-out", KeyringStore, "_ask_for")
def takes_it_for_empty(
    ask_for: Callable[..., bytes | None], self: KeyringStore, issuer: str, profile: str
) -> bytes | None:
    """A keyring that cannot be read is an empty one."""
    try:
        return ask_for(self, issuer, profile)
    except StoreError:
        return None


@sloppy("storage/login-reads-back-what-it-wrote", SecretService, "write")
def believes_the_keyring(
    write: Callable[..., None], self: SecretService, attributes: dict[str, str], label: str, value: bytes
) -> None:
    """What the keyring has taken is not read again."""
    try:
        write(self, attributes, label, value)
    except KeyringError as error:
        if "did not keep" not in str(error):
            raise


@sloppy("storage/keyring-fallback-is-declared", keyring_store, "say_fallback")
def falls_back_in_silence(original: object, path: Path, error: KeyringError) -> None:
    """That a session is in plain text is not worth a word."""


@sloppy("storage/small-keyring-is-no-dead-end", SecretService, "write")
def hopes_for_the_best(
    write: Callable[..., None], self: SecretService, attributes: dict[str, str], label: str, value: bytes
) -> None:
    """A secret that does not fit is cut."""
    write(self, attributes, label, value[:2560])


@sloppy("storage/key-change-is-explained", KeyringStore, "save_in_keyring")
def reads_before_it_writes(
    save: Callable[..., None], self: KeyringStore, issuer: str, profile: str, session: Session
) -> None:
    """A login reads the session that it is about to replace, and fails where that cannot be read."""
    self.load(issuer, profile)
    save(self, issuer, profile, session)


@sloppy("storage/homes-are-independent", KeyringStore, "attributes")
def shares_one_drawer(original: object, self: KeyringStore, issuer: str, profile: str) -> dict[str, str]:
    """All sessions of a user at a server are one in the keyring, whatever HOME they are of."""
    return {"application": "auth-reference", "issuer": issuer, "profile": profile}
