"""Files that a client wrote outside of its sandbox, in directories that every user of the machine can write to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_auth_provider.checks import shared_files
from pytest_auth_provider.checks.shared_files import FEW, recent_files

OUTSIDE = Path("/no/sandbox")


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shared directory with more old files than are looked at each time."""
    monkeypatch.setattr(shared_files, "MARGIN", -3600.0)  # nothing that is there by now is recent
    for number in range(FEW + 1):
        (tmp_path / f"old-{number}").touch()
    assert names(tmp_path) == set()
    monkeypatch.undo()
    return tmp_path


def names(directory: Path) -> set[str]:
    """Return the names of the recent files in a directory."""
    return {path.name for path in recent_files(0, OUTSIDE, [directory])}


def test_what_is_new_is_found(crowded: Path) -> None:
    """A new file, one below a new folder, and one that takes the place of an old one; each time."""
    (crowded / "new").touch()
    (crowded / "folder").mkdir()
    (crowded / "folder" / "deep").touch()
    (crowded / "draft").touch()
    (crowded / "draft").replace(crowded / "old-7")
    assert names(crowded) == names(crowded) == {"new", "deep", "old-7"}
    (crowded / "later").touch()
    assert names(crowded) == {"new", "deep", "old-7", "later"}


def test_what_was_found_once_is_looked_at_for_good(crowded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written once is written in place again, when nobody thinks of it any more."""
    (crowded / "new").touch()
    assert names(crowded) == {"new"}
    with monkeypatch.context() as later:
        later.setattr(shared_files, "MARGIN", -3600.0)
        assert names(crowded) == set()
    (crowded / "new").write_text("again")
    assert "new" in names(crowded)


def test_old_files_cost_nothing(crowded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand of them would take a tenth of a second for each command."""
    looked_at: list[str] = []
    stat = os.stat

    def noted(path: str, **options: bool) -> os.stat_result:
        looked_at.append(str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", noted)
    assert names(crowded) == set()
    assert not [path for path in looked_at if "old-" in path]


def test_the_sandbox_itself_and_what_is_gone_are_left_out(tmp_path: Path) -> None:
    """Its files are looked at elsewhere; a directory that cannot be listed has none."""
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "token").touch()
    assert list(recent_files(0, tmp_path / "sandbox", [tmp_path, tmp_path / "nowhere"])) == []
