"""Reports point to the line on which the table of a client begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.report.adapter_places import adapter_place, line_of_table


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# acme\n\n[clients.acme]\ncommand = 'acme'", 3),
        ("[clients.acme-2]\ncommand = 'acme'\n[clients.acme]", 3),
        ("[clients.b]\ninstall = '''\nacme\n[clients.acme]\n'''\n[clients.acme.run]\n", 6),
        ("[clients]\nacme = { command = [\n 'acme',\n] }", 2),
        ('[clients."ac\\u006de"]', 1),
        ("clients = 3\n[acme]", 1),
        ("[clients.acme\n", 1),
        ("", 1),
    ],
)
def test_the_line_of_a_table(text: str, line: int) -> None:
    """Its own, not one that only names it; the first where that cannot be told."""
    assert line_of_table(text, ("clients", "acme")) == line


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
