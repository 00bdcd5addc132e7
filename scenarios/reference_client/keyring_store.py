"""Sessions in the keyring, and in the credential file where there is no keyring to be had, which is said.

A login decides where its session is kept; every later command finds it there and leaves it there. So a keyring that
cannot be reached for a moment never makes a session that is in it look like none, and never moves it into a file.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from reference_client import terminal
from reference_client.errors import KeyringError
from reference_client.secret_service import SecretService
from reference_client.session import Session, normalised
from reference_client.store import CredentialStore

PATIENCE = 4.0
"""Seconds for which an answer of the keyring is waited for at most."""


class KeyringStore(CredentialStore):
    """Keeps sessions in the keyring; those in the file `path` are found as well. Both are guarded by the one lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._keyring = SecretService(PATIENCE)

    def load(self, issuer: str, profile: str) -> Session | None:
        """Return the stored session, if there is one: from the file, else from the keyring. Raises as the file does.

        Raises:
            KeyringError: It is not in the file, and what is in the keyring cannot be read.
        """
        session = self.load_from_file(issuer, profile)
        if session is not None:
            return session
        found = self._ask_for(issuer, profile)
        return None if found is None else self._session(found, profile)

    def save(self, issuer: str, profile: str, session: Session) -> None:
        """Put `session` in place of what was there: into the file where it is in there, else into the keyring."""
        if self._is_in_file(issuer, profile):
            super().save(issuer, profile, session)
        else:
            self.save_in_keyring(issuer, profile, session)

    def save_new(self, issuer: str, profile: str, session: Session) -> None:
        """Store the session of a login in the keyring, or say that it is in the file because that was not possible."""
        try:
            self.save_in_keyring(issuer, profile, session)
        except KeyringError as error:
            say_fallback(self.path, error)
            super().save(issuer, profile, session)
        else:
            super().remove(issuer, profile)  # what a login without a keyring had left there

    def save_in_keyring(self, issuer: str, profile: str, session: Session) -> None:
        """Store `session` in the keyring, which keeps it or is an error."""
        data = json.dumps(session.to_dict()).encode()
        self._keyring.write(self.attributes(issuer, profile), f"auth-reference: {issuer}", data)

    def remove(self, issuer: str, profile: str) -> None:
        """Forget the session, wherever it is."""
        was_in_file = self._is_in_file(issuer, profile)
        super().remove(issuer, profile)
        try:
            self._keyring.delete(self.attributes(issuer, profile))
        except KeyringError:
            if not was_in_file:  # else there was no keyring when it was stored
                raise

    def close(self) -> None:
        """Leave the session bus."""
        self._keyring.close()

    def attributes(self, issuer: str, profile: str) -> Mapping[str, str]:
        """Return by what a session is found in the keyring: that of another HOME is another one."""
        return {
            "application": "auth-reference",
            "issuer": normalised(issuer),
            "profile": profile,
            "store": str(self.path),
        }

    def _ask_for(self, issuer: str, profile: str) -> bytes | None:
        try:
            return self._keyring.read(self.attributes(issuer, profile))
        except KeyringError as error:
            raise KeyringError(unreadable(error)) from None

    def _session(self, data: bytes, profile: str) -> Session:
        try:
            return Session.from_dict(self._object(json.loads(data), "it"))
        except ValueError:
            raise self._corrupt(f"the session of profile {profile!r} in the keyring cannot be read") from None

    def _is_in_file(self, issuer: str, profile: str) -> bool:
        return self.load_from_file(issuer, profile) is not None


def unreadable(error: KeyringError) -> str:
    """Say that nothing is known of a session as long as the keyring cannot be read."""
    return f"{error}; a session may be in it, and nothing was changed: unlock the keyring and try again"


def say_fallback(path: Path, error: KeyringError) -> None:
    """Say that a session is in plain text, and why."""
    terminal.warn(f"{error}, so the session is kept in plain text, readable by you alone, in {path}")
