"""A file is out of reach below a directory that only its owner can enter."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.checks.permissions import others_reach


@pytest.mark.parametrize(("directory", "reach"), [(0o755, True), (0o750, True), (0o700, False), (0o744, False)])
def test_a_closed_directory_shields_what_is_below_it(tmp_path: Path, directory: int, reach: bool) -> None:
    """Wherever it is on the way to the file; a directory above the sandbox says nothing about the client."""
    path = tmp_path / "home" / "closed" / "open" / "file"
    path.parent.mkdir(parents=True)
    for one in (tmp_path / "home", path.parent):
        one.chmod(0o755)
    path.parents[1].chmod(directory)
    assert others_reach(path, tmp_path) is reach
