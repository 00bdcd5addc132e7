"""docs/api.md is what the docstrings and signatures of the public API say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import fakeprovider
import pytest_auth_provider
import pytest_auth_provider.clients

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"


def test_the_page_is_up_to_date() -> None:
    """`python docs/build_api.py > docs/api.md` writes it."""
    command = [sys.executable, str(ROOT / "docs" / "build_api.py")]
    written = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert PAGE.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("package", [fakeprovider, pytest_auth_provider, pytest_auth_provider.clients])
def test_every_public_name_is_on_it(package: object) -> None:
    """With a heading of its own."""
    text = PAGE.read_text(encoding="utf-8")
    public = [name for name in vars(package)["__all__"] if not name.startswith("__")]
    assert public
    assert [name for name in public if f"\n### {name}\n" not in text] == []
