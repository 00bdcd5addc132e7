"""Which presets there are, and which of their programs this machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider import presets
from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.adapter_file import load_adapter
from pytest_auth_provider.clients.errors import ProgramMissing
from pytest_auth_provider.making import check_program

SHIPPED = sorted(path.stem for path in Path(presets.__file__).parent.glob("*.toml"))
"""The name of every shipped preset."""


def preset(name: str) -> Adapter:
    """A shipped preset, read anew."""
    return load_adapter(name, Path(presets.__file__).parent)


def installed(name: str) -> bool:
    """Is the program of a preset on the PATH?"""
    try:
        check_program(preset(name))
    except ProgramMissing:
        return False
    return True


INSTALLED = [name for name in SHIPPED if installed(name)]
"""The presets that can be run here."""


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say which real tools are not run, and why."""
    missing = [name for name in SHIPPED if name not in INSTALLED]
    return [f"presets not run, because their program is not on the PATH: {', '.join(missing)}"] if missing else []
