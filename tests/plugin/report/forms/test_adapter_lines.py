"""The line that an adapter stands at, however its file is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.report.forms.adapter_lines import adapter_place, position

SOURCE = "auth-provider.toml: clients.acme"
EXCUSE = ("deviations", "revoke/never-raises")


@pytest.mark.parametrize(
    ("text", "line", "excuse"),
    [
        ("# ours\n\n[clients.acme]\ncommand = 'acme'\n", 3, 3),
        ("[clients.other]\n[clients.acme.run]\n[clients.acme.deviations]\n'revoke/never-raises' = 'x'\n", 2, 4),
        ('[clients.other]\n  [ clients . "acme" ]  # ours\n[clients.acme.deviations]\n', 2, 3),
        ("[clients]\nother.command = 'o'\nacme.command = 'a'\nacme.deviations.'revoke/never-raises' = 'x'\n", 3, 4),
        ("clients.acme = { command = 'acme' }\n", 1, 1),
        ("[clients]\n[clients.acme]\ndeviations = { 'revoke/never-raises' = 'x' }\n", 2, 3),
        ("[clients]\n'acme'.command = 'a'\n", 2, 2),
        ("[[odd]]\nx = 1\n", 0, 0),
    ],
)
def test_the_first_line_of_an_adapter(tmp_path: Path, text: str, line: int, excuse: int) -> None:
    """And that of a key below it, where it has a line of its own."""
    path = tmp_path / "auth-provider.toml"
    path.write_text(text, encoding="utf-8")
    assert position(SOURCE, tmp_path) == (path, line)
    assert position(SOURCE, tmp_path, *EXCUSE) == (path, excuse)


def test_a_name_that_is_quoted(tmp_path: Path) -> None:
    """As messages write it."""
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.ruff]\n[tool.auth-provider.clients."my tool"]\n', encoding="utf-8")
    assert position('pyproject.toml: tool.auth-provider.clients."my tool"', tmp_path) == (path, 2)


@pytest.mark.parametrize("source", ["preset gh.toml", "", "conftest", SOURCE])
def test_an_adapter_that_stands_in_no_file(tmp_path: Path, source: str) -> None:
    """A preset, one that a hook hands over, a file that is gone."""
    assert position(source, tmp_path) is None


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """It was read before, so it has been changed meanwhile; a run does not fail for that."""
    (tmp_path / "auth-provider.toml").write_bytes(b"\xff")
    assert position(SOURCE, tmp_path) is None


def test_a_file_is_seen_from_the_root_of_its_repository(tmp_path: Path) -> None:
    """Code scanning looks for it there; without a repository the project is the root."""
    project = tmp_path / "tools"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        "[project]\nname = 'x'\n[tool.auth-provider.clients.acme]\ncommand = 'acme'\nrun = { login = 'login' }\n"
    )
    adapter = load_adapter("acme", project)
    assert adapter_place(adapter) == "pyproject.toml:3"
    (tmp_path / ".git").touch()  # as in a worktree
    assert adapter_place(adapter) == "tools/pyproject.toml:3"
    (project / "pyproject.toml").unlink()
    assert adapter_place(adapter) == "pyproject.toml: tool.auth-provider.clients.acme"


def test_a_preset_stands_in_no_file_of_the_project(tmp_path: Path) -> None:
    """It is named as messages name it."""
    assert adapter_place(load_adapter("rclone", tmp_path)) == "preset rclone.toml"
