"""Which presets there are, and which of their programs this machine has."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.adapters.loader import load_adapter, preset_names, preset_path
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients import Sandbox
from pytest_auth_provider.clients.factory import ClientFactory, check_program
from pytest_auth_provider.errors import ProgramMissing
from tests.presets.small_clients import Make, maker

SHIPPED = preset_names()
"""The name of every shipped preset."""


def preset(name: str) -> Adapter:
    """A shipped preset, read anew."""
    return load_adapter(name, preset_path(name).parent)


def installed(name: str) -> bool:
    """Is the program of a preset on the PATH, and the version that the preset was written for?

    A launcher that has nothing to launch, and another version of the tool, are not what a preset promises to run.
    """
    adapter = preset(name)
    try:
        check_program(adapter)
    except ProgramMissing:
        return False
    if name.startswith("reference"):
        return True
    with tempfile.TemporaryDirectory() as directory:
        version = ClientFactory(Path(directory)).version(adapter)
    first_line, *_ = preset_path(name).read_text(encoding="utf-8").splitlines()
    return bool(version) and version in first_line


INSTALLED = [name for name in SHIPPED if installed(name)]
"""The presets that can be run here."""


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say which real tools are not run, and why."""
    missing = ", ".join(name for name in SHIPPED if name not in INSTALLED)
    return [f"presets not run, because their program is not on the PATH in that version: {missing}"] if missing else []


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Whom small clients ask."""
    with Provider() as provider:
        yield provider


@pytest.fixture
def make(provider: Provider, tmp_path: Path) -> Iterator[Make]:
    """Makes a client of a script; its actions have these arguments."""
    with Sandbox(tmp_path / "sandbox") as sandbox:
        yield maker(provider, sandbox)
