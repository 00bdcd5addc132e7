"""Clients of every kind, made from TOML as a project writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_auth_provider.clients import Sandbox
from tests.support.sandboxed import no_new_processes
from tests.support.told_tool import as_process, in_process, make, tool  # noqa: F401  # fixtures


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A fresh sandbox; a process that outlives it fails the test."""
    with no_new_processes(), Sandbox(tmp_path / "sandbox") as sandbox:
        yield sandbox
