"""Sloppy clients of the family `storage`."""

from __future__ import annotations

import os
from pathlib import Path

from reference_client import atomic
from reference_client.errors import CorruptStoreError
from reference_client.store import CredentialStore
from tests.sloppy.defects import sloppy


@sloppy("storage/atomic-write", atomic, "replace")
def writes_in_place(original: object, path: Path, data: bytes, mode: int) -> None:
    """The credential file is emptied and written again in place."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


@sloppy("storage/corrupt-file", CredentialStore, "_corrupt")
def shows_what_it_caught(original: object, self: CredentialStore, what: str) -> CorruptStoreError:
    """A credential file that is not JSON ends in the bare text of the exception, which names a key."""
    return CorruptStoreError("KeyError: 'sessions'")


@sloppy("storage/created-0600", atomic, "create")
def closes_the_file_afterwards(original: object, path: Path, mode: int) -> int:
    """Credentials are created like any other file, in a directory like any other, and closed to others afterwards."""
    path.parent.chmod(0o755)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    os.fchmod(descriptor, mode)
    return descriptor
