"""The examples of docs/other-languages.md are run as they stand, where their toolchain is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
PATIENCE = 300.0  # seconds; a compiler on a busy machine takes its time


def run(*command: str, cwd: Path = ROOT) -> None:
    """A command that has to succeed, with `fakeprovider` being the one under test."""
    env = {**os.environ, "FAKEPROVIDER": f"{sys.executable} -m fakeprovider", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


if shutil.which("node"):

    def test_node() -> None:
        """The built-in test runner and `fetch`."""
        run("node", "--test", str(EXAMPLES / "node" / "token_client.test.mjs"))


if shutil.which("rustc"):

    def test_rust(tmp_path: Path) -> None:
        """The standard library alone; no crate is fetched."""
        program = str(tmp_path / "token_client")
        run("rustc", "--edition", "2021", "--test", str(EXAMPLES / "rust" / "token_client.rs"), "-o", program)
        run(program)


# Not collected where there is no Go: a test that cannot run has nothing to say.
if shutil.which("go"):

    def test_go(tmp_path: Path) -> None:
        """The standard library alone."""
        shutil.copytree(EXAMPLES / "go", tmp_path / "go")
        run("go", "test", "./...", cwd=tmp_path / "go")


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.rglob("token_client*")))
def test_the_docs_name_every_example(example: str) -> None:
    """docs/other-languages.md points at each."""
    assert example in (ROOT / "docs" / "other-languages.md").read_text(encoding="utf-8")
