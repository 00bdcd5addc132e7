"""Projects for inner runs of pytest, and sandboxes with a provider for clients that run in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Sandbox
from tests.support.project import Project
from tests.support.providers import serving
from tests.support.sandboxed import NewClient, Start, client_in_sandbox, no_new_processes, script_starter


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty folder that is a project."""
    return Project(pytester, monkeypatch)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that lets device clients poll at full speed, and must not have crashed."""
    with serving(device_interval=0) as start:
        yield start()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A fresh sandbox; a process that outlives its test fails it, even one that closing the sandbox would end."""
    with Sandbox(tmp_path / "sandbox") as sandbox, no_new_processes():
        yield sandbox


@pytest.fixture
def start(sandbox: Sandbox) -> Start:
    """Start a Python script in the sandbox."""
    return script_starter(sandbox)


@pytest.fixture
def new_client(tmp_path: Path) -> Iterator[NewClient]:
    """Make clients, each in a sandbox of its own with browser, network and disk around it."""
    with ExitStack() as stack:

        def new_client(adapter: Adapter, provider: Provider) -> Client:
            directory = tmp_path / f"sandbox-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(client_in_sandbox(adapter, directory, provider))

        yield new_client
