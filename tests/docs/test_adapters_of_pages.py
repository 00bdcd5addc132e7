"""The adapters of the how-to pages are read, and each drives a client that keeps a contract with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.scenario import why_not

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FILES = sorted((EXAMPLES / "adapters").glob("*.toml"))
CLIENTS = {client: path for path in FILES for client in tomllib.loads(path.read_text("utf-8"))["clients"]}
PAGES = EXAMPLES.parent / "how-to"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with all of the adapters in one file, and the script that one of them runs."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    (tmp_path / "auth-provider.toml").write_text(text, encoding="utf-8")
    shutil.copy(EXAMPLES / "tutorial" / "shell" / "jobs.sh", tmp_path)
    return tmp_path


@pytest.mark.parametrize("client", CLIENTS)
def test_an_adapter_is_read_and_asked_for_contracts(client: str, project: Path) -> None:
    """A typing error in it would be told here."""
    adapter = load_adapter(client, project)
    assert sum(not why_not(scenario, adapter) for scenario in catalogue.scenarios()) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_adapter_has_a_page_that_shows_it(path: Path) -> None:
    """The page of the same name lists it."""
    page = (PAGES / f"{path.stem}.md").read_text(encoding="utf-8")
    assert f"<!-- listing: examples/adapters/{path.name} -->" in page


def test_every_client_signs_in_and_is_found_signed_in(project: Path) -> None:
    """Each of them keeps `storage/session-key-is-stable` in a real run."""
    command = [sys.executable, "-m", "pytest", "--auth-provider", "--auth-no-profile", "--auth-report", "verdicts.json"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [*command, "--auth-family", "storage", "-k", "test_session_key_is_stable"],
        cwd=project,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (project / "verdicts.json").exists(), ran.stdout + ran.stderr
    rows = json.loads((project / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    found = {row["client"]: row["verdict"] for row in rows if row["contract"] == "storage/session-key-is-stable"}
    assert found == dict.fromkeys(CLIENTS, "kept"), ran.stdout
