"""The credential file: sessions by issuer and profile, and whatever else is in it left alone."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from reference_client import atomic, lock
from reference_client.errors import CorruptStoreError, StoreError
from reference_client.session import Session, normalised


class CredentialStore:
    """Reads and replaces sessions in the file `path`. Change it only while holding `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def locked(self, wait: float) -> AbstractContextManager[None]:
        """Keep every other auth-reference of this user from changing the file, waiting `wait` seconds at most."""
        return lock.held(self.path.with_suffix(".lock"), wait)

    def check_writable(self) -> None:
        """Find out before a refresh token is spent that what comes for it could not be kept.

        Raises:
            StoreError: Nothing can be written where the file is.
        """
        if not os.access(self.path.parent, os.W_OK):
            raise StoreError(f"cannot write in {self.path.parent}; what was stored before is unchanged")

    def load(self, issuer: str, profile: str) -> Session | None:
        """Return the stored session, if there is one.

        Raises:
            StoreError: The file cannot be read.
            CorruptStoreError: The file or this session is not what a client wrote.
        """
        entry = self._profiles(self._read(), issuer).get(profile)
        if entry is None:
            return None
        try:
            return Session.from_dict(self._object(entry, f"the session of profile {profile!r}"))
        except ValueError as error:
            raise self._corrupt(f"the session of profile {profile!r}: {error}") from None

    def save(self, issuer: str, profile: str, session: Session) -> None:
        """Put `session` in place of whatever was there, durably, before this returns."""
        document = self._read()
        self._profiles(document, issuer)[profile] = session.to_dict()
        self._write(document)

    def remove(self, issuer: str, profile: str) -> None:
        """Forget the session; those of other issuers and profiles stay."""
        document = self._read()
        if self._profiles(document, issuer).pop(profile, None) is not None:
            self._write(document)

    def _profiles(self, document: dict[str, Any], issuer: str) -> dict[str, Any]:
        """Return the profiles of `issuer`, as part of `document`."""
        issuers = self._object(document.setdefault("sessions", {}), "its sessions")
        for key, profiles in issuers.items():
            if normalised(key) == normalised(issuer):
                return self._object(profiles, f"the entry of {key}")
        profiles = issuers[normalised(issuer)] = {}
        return profiles

    def _read(self) -> dict[str, Any]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {"version": 1}
        except OSError as error:
            raise StoreError(f"cannot read the credential file {self.path} ({error.strerror})") from None
        atomic.tighten(self.path, atomic.FILE_MODE)
        try:
            return self._object(json.loads(data), "it")
        except (ValueError, RecursionError):
            raise self._corrupt("it is not JSON") from None

    def _write(self, document: dict[str, Any]) -> None:
        with self._failures():
            atomic.sweep(self.path)
            atomic.write(self.path, json.dumps(document, indent=2).encode())

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StoreError(
                f"cannot write the credential file {self.path} ({reason}); what was stored before is unchanged"
            ) from None

    def _object(self, value: object, what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._corrupt(f"{what} is not an object")
        return value

    def _corrupt(self, what: str) -> CorruptStoreError:
        return CorruptStoreError(
            f"the credential file {self.path} is damaged ({what}); it was left as it is: "
            "repair it or move it away, then sign in again with: auth-reference login --device"
        )
