"""`auth-provider check [FILE ...]`: whether adapters can be read, said in a line each, without running anything.

Quick enough for a hook that runs before each commit; the tools themselves need not be installed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import ADAPTER_FILES, clients_in, read_client
from pytest_auth_provider.adapters.overlooked import refuse_lookalikes
from pytest_auth_provider.errors import AdapterError, ClientError
from pytest_auth_provider.selection import check_contracts

NAMES = tuple(name for name, _table in ADAPTER_FILES)
"""What files are called in which adapters are read."""


def check_files(files: Sequence[Path], root: Path) -> int:
    """Print a line for each adapter in `files`: that it can be read, or the first thing that is wrong with it.

    Without `files`, those in `root` are checked. A `pyproject.toml` that has no table of ours is fine, and is not told.
    Mistakes are written to standard error. Returns the exit code: 0, or 1 where anything is wrong. Raises `ClientError`
    for a file that is not there or is not read for adapters, and where there is none to check.
    """
    files = files or [root / name for name in NAMES if (root / name).is_file()]
    if not files:
        raise ClientError(f"there is no {' or '.join(NAMES)} in {root.absolute()}; name the file to check")
    for path in files:
        _refuse_other_files(path)
    wrong = [path for path in files if not _check(path)]
    return 1 if wrong else 0


def _refuse_other_files(path: Path) -> None:
    if path.name not in NAMES:
        raise ClientError(f"{path}: adapters are not read from a file of this name; expected {' or '.join(NAMES)}")
    if not path.is_file():
        raise ClientError(f"{path}: there is no such file")


def _check(path: Path) -> bool:
    """Check one file, print what there is to say; return whether all is well."""
    try:
        refuse_lookalikes(path.absolute().parent)
        names = clients_in(path)
    except AdapterError as problem:
        return _complain(path, problem)
    return not [name for name in names if not _check_client(path, name)]


def _check_client(path: Path, name: str) -> bool:
    try:
        adapter = read_client(path, name)
        check_contracts(adapter)
    except (AdapterError, pytest.UsageError) as problem:
        return _complain(path, problem)
    actions = ", ".join(adapter.run)
    print(f"{_way(path)}{adapter.source}: {actions}")
    return True


def _complain(path: Path, problem: Exception) -> bool:
    print(f"{_way(path)}{problem}", file=sys.stderr)
    return False


def _way(path: Path) -> str:
    """Return the way to a file as it was named: messages begin with the file's own name."""
    return str(path).removesuffix(path.name)
