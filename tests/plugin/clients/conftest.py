"""Clients that are small Python scripts, each run in a sandbox of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.processes.runner import ChildProcess, Command


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A fresh sandbox; a process that outlives its test fails it."""
    with Sandbox(tmp_path / "sandbox") as sandbox:
        yield sandbox
        children = psutil.Process().children(recursive=True)
        assert [child for child in children if child.status() != psutil.STATUS_ZOMBIE] == []


@pytest.fixture
def start(sandbox: Sandbox) -> Callable[..., ChildProcess]:
    """Start a Python script in the sandbox."""

    def start(script: str, timeout: float = 60.0, stdin: str | None = None) -> ChildProcess:
        environment = sandbox.environment(sandbox.new_mark())
        return ChildProcess(Command((sys.executable, "-S", "-c", script), environment, sandbox.cwd, timeout, stdin))

    return start
