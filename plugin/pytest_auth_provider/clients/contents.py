"""What a credential file holds, where its bytes do not tell: rows of a database, or what the adapter's `reveal` prints.

A database keeps what was deleted until something else needs the room, so its rows count and not its bytes. What is
encrypted shows nothing at all; a command that the adapter names can print it.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pytest_auth_provider.adapters.models import Step
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.outcome.files import read_start
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.runner import ChildProcess

SQLITE = b"SQLite format 3\0"
"""How a SQLite database begins."""
SIDE_FILES = ("", "-wal", "-journal")
"""Endings of the files that make up a SQLite database."""


def content_of(path: Path) -> bytes:
    """Return what a file holds: its bytes, or every value in the rows of a SQLite database that can be read."""
    content = read_start(path)
    if not content.startswith(SQLITE):
        return content
    try:
        return _rows(path)
    except (sqlite3.Error, OSError):
        return content


def _rows(path: Path) -> bytes:
    """Return every value of a database, read from a copy: reading would take locks and write logs back."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory, path.name)
        for ending in SIDE_FILES:
            if (source := path.with_name(path.name + ending)).exists():
                shutil.copyfile(source, copy.with_name(copy.name + ending))
        with closing(sqlite3.connect(copy)) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            queries = [f"SELECT * FROM {_quoted(name)}" for (name,) in tables]  # nosec B608  # noqa: S608 - a name cannot be bound
            rows = [row for query in queries for row in database.execute(query)]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def revealed(commands: CommandBuilder) -> bytes | None:
    """Return what the adapter's `reveal` command prints of the credentials.

    None where there is no such command, or where it fails, as it does for a store that is damaged or gone. Raises
    `ClientError` where it does not end in time, `ProgramMissing` where there is no such program.
    """
    adapter = commands.adapter
    if not adapter.reveal:
        return None
    revealing = replace(adapter, command=adapter.reveal, terminal=False)
    ended = ChildProcess(replace(commands, adapter=revealing).build(Step())).wait()
    if ended.timed_out:
        raise ClientError(f"{adapter.source}: reveal: the command did not end within {adapter.timeout:g} s")
    return ended.stdout.encode() if ended.exit_code == 0 else None
