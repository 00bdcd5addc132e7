"""Adapter files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.adapter_files import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text into a file of the root, `auth-provider.toml` unless named otherwise."""

    def write(text: str, name: str = "auth-provider.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write
