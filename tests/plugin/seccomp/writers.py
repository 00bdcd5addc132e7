"""The ways in which programs store something: `python writers.py HOW` stores `NEW` in the file `store` of the cwd.

Every one of them is right, but `in-place` and `unlink-first`.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from io import FileIO
from pathlib import Path

STORE, DRAFT = Path("store"), Path("store.draft")
NEW = b"new " * 500


def put(file: FileIO) -> None:
    """Write the new content in two calls, or more where the disk takes less."""
    for piece in (NEW[:1000], NEW[1000:]):
        left = piece
        while left:
            left = left[file.write(left) :]


def rename() -> None:
    """Write another file, and rename it."""
    with DRAFT.open("wb", buffering=0) as file:
        put(file)
    DRAFT.rename(STORE)


def from_elsewhere() -> None:
    """Write a file in the directory for temporary files, move it here, then rename it."""
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(NEW)
    shutil.move(file.name, DRAFT)
    DRAFT.rename(STORE)


def link() -> None:
    """Keep the old file under another name, and give the name to the new one."""
    DRAFT.write_bytes(NEW)
    Path("store.old").hardlink_to(STORE)
    STORE.unlink()
    STORE.hardlink_to(DRAFT)
    DRAFT.unlink()
    Path("store.old").unlink()


def in_place() -> None:
    """Empty the file and write it again."""
    with STORE.open("wb", buffering=0) as file:
        put(file)


def vector() -> None:
    """Write pieces in one call, as Rust and Go programs do."""
    descriptor = os.open(DRAFT, os.O_WRONLY | os.O_CREAT, 0o600)
    left = [NEW[:1000], NEW[1000:]]
    while left:
        written = os.writev(descriptor, left)
        rest = b"".join(left)[written:]
        left = [rest] if rest else []
    DRAFT.rename(STORE)


def unlink_first() -> None:
    """Remove the file, and then write it."""
    STORE.unlink()
    STORE.write_bytes(NEW)


def sqlite() -> None:
    """Store it in a row of a database with a rollback journal."""
    with sqlite3.connect("store") as database:
        database.execute("UPDATE store SET value = ?", (NEW,))


def journal() -> None:
    """Write the old content to a journal, then the new one in place, then drop the journal."""
    Path("store.journal").write_bytes(STORE.read_bytes())
    with STORE.open("r+b", buffering=0) as file:
        put(file)
        file.truncate(len(NEW))
    Path("store.journal").unlink()


def chmod() -> None:
    """Store it in place, and close the file by its name."""
    STORE.write_bytes(NEW)
    STORE.chmod(0o600)


def fchmod() -> None:
    """Store it in place, and close the open file."""
    with STORE.open("wb", buffering=0) as file:
        put(file)
        os.fchmod(file.fileno(), 0o600)


def chmod_only() -> None:
    """Store nothing, and close the file."""
    STORE.chmod(0o600)


def nothing() -> None:
    """Store nothing."""


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")]()
    print("done")  # noqa: T201 - a program prints
