"""What the tests of `auth-provider` share."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent / "tools"


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put one of the little programs of `tools/` into an empty project, which becomes the working directory."""
    monkeypatch.chdir(tmp_path)

    def copied(name: str) -> Path:
        return Path(shutil.copy2(TOOLS / name, tmp_path / name))

    return copied
