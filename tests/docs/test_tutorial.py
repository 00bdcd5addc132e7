"""The files of the tutorial keep and break what its pages say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "tutorial"
FILES = ROOT / "docs" / "examples" / "tutorial"
ROW = re.compile(r"^\| `([a-z]+/[\w-]+)` \| (.+) \|$", re.MULTILINE)


def promised(page: str, column: int) -> dict[str, str]:
    """Return the verdicts in a column of the table of a page, by contract."""
    table = (PAGES / page).read_text(encoding="utf-8").partition("<!-- verdicts -->")[2]
    return {contract: verdicts.split(" | ")[column] for contract, verdicts in ROW.findall(table)}


def verdicts(files: str, contracts: set[str], folder: Path) -> dict[str, str]:
    """Return the verdicts of a client of the tutorial under these contracts, as a stranger would get them."""
    shutil.copytree(FILES / files, folder, dirs_exist_ok=True)
    selected = " or ".join(f"test_{contract.partition('/')[2].replace('-', '_')}" for contract in sorted(contracts))
    families = [argument for name in contracts for argument in ("--auth-family", name.partition("/")[0])]
    command = [sys.executable, "-m", "pytest", "--auth-provider", "--auth-no-profile", "--auth-report", "verdicts.json"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [*command, *families, "-k", selected],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (folder / "verdicts.json").exists(), ran.stdout + ran.stderr
    rows = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    return {row["contract"]: row["verdict"] for row in rows if row["contract"] in contracts}


@pytest.mark.parametrize(
    ("page", "column", "files"),
    [("first-verdict.md", 0, "naive"), ("first-verdict.md", 1, "finished"), ("shell.md", 0, "shell")],
    ids=["at first", "in the end", "shell"],
)
def test_the_files_do_what_the_page_says(page: str, column: int, files: str, tmp_path: Path) -> None:
    """Each contract in the table of the page has the verdict that stands there."""
    expected = promised(page, column)
    assert expected
    assert verdicts(files, set(expected), tmp_path) == expected
