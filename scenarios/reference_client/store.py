"""The credential file: sessions by issuer and profile, and whatever else is in it left alone."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from reference_client import atomic, lock
from reference_client.errors import CorruptStoreError, StoreError
from reference_client.session import Session, normalised

ROOM = 1 << 16
"""Bytes that a new session may need beyond those of the file as it is."""


class CredentialStore:
    """Reads and replaces sessions in the file `path`. Change it only while holding `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reserved: Path | None = None

    def locked(self, wait: float) -> AbstractContextManager[None]:
        """Keep every other auth-reference of this user from changing the file, waiting `wait` seconds at most.

        The lock stands beside the file itself: whoever comes by a link of another name meets the same one.
        """
        return lock.held(self._file().with_suffix(".lock"), wait)

    @contextmanager
    def room(self) -> Iterator[None]:
        """Keep room for a new session while the block runs: what comes for a refresh token that is spent must be kept.

        Only while holding `locked`. The room is given to the first write of the block.

        Raises:
            StoreError: There is none, or nothing can be written where the file is.
        """
        file = self._file()
        with ExitStack() as stack:
            with self._failures():
                atomic.sweep(file)
                size = (file.stat().st_size if file.exists() else 0) + ROOM
                self._reserved = stack.enter_context(atomic.reserved(file, size))
            try:
                yield
            finally:
                self._reserved = None

    def probe(self) -> None:
        """Make sure that a session could be stored, by keeping room for one and giving it back.

        Raises:
            StoreError: There is none, or nothing can be written where the file is.
        """
        file = self._file()
        with self._failures():
            if not self.path.is_symlink():
                atomic.make_directory(file.parent)
            with atomic.reserved(file, ROOM):
                pass

    def load(self, issuer: str, profile: str) -> Session | None:
        """Return the stored session, if there is one. Raises as `load_from_file`."""
        return self.load_from_file(issuer, profile)

    def load_from_file(self, issuer: str, profile: str) -> Session | None:
        """Return the session that is stored in the file, if there is one.

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

    def save_new(self, issuer: str, profile: str, session: Session) -> None:
        """Store the session of a login, in place of whatever was there."""
        self.save(issuer, profile, session)

    def remove(self, issuer: str, profile: str) -> None:
        """Forget the session, and what killed writers left of any; those of other issuers and profiles stay."""
        document = self._read()
        if self._profiles(document, issuer).pop(profile, None) is not None:
            self._write(document)
        with self._failures():
            atomic.sweep(self._file())

    def set_aside(self, issuer: str) -> Path:
        """Copy a damaged file to a name of its own, which is returned: it may hold what can be repaired.

        What is left is a file that a session can be put into: none at all, unless only an entry is damaged.
        """
        file = self._file()
        with self._failures():
            aside = next(path for number in count(1) if not (path := _damaged(file, number)).exists())
            atomic.replace(aside, atomic.read(file), atomic.FILE_MODE)
            try:
                self._profiles(self._read(), issuer)
            except CorruptStoreError:
                file.unlink()
        return aside

    def close(self) -> None:
        """Let go of what the store is connected to: nothing, for a file."""

    def has_leftovers(self) -> bool:
        """Whether a writer was killed halfway, and left beside the file what it was about to store."""
        return any(atomic.leftovers(self._file()))

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
            data = atomic.read(self.path)
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
        data = json.dumps(document, indent=2).encode()
        file = self._file()
        with self._failures():
            if self._reserved is not None:
                self._reserved.unlink(missing_ok=True)
            atomic.sweep(file)
            if self.path.is_symlink():
                atomic.replace(file, data, atomic.FILE_MODE)  # its directory is not ours to tighten
            else:
                atomic.write(file, data)

    def _file(self) -> Path:
        """Return the file itself. A link is followed: replaced, it would leave the tokens where it led to.

        Raises:
            StoreError: The links lead to themselves.
        """
        file = Path(os.path.realpath(self.path)) if self.path.is_symlink() else self.path
        if file.is_symlink():
            raise StoreError(f"cannot write the credential file {self.path} (its link leads to itself)")
        return file

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
            "repair it, or have it kept aside: sign in again with: auth-reference login --device"
        )


def _damaged(file: Path, number: int) -> Path:
    """Return the name under which a damaged file is kept aside."""
    return file.with_name(f"{file.name}.damaged-{number}")
