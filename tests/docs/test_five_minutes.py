"""The commands of docs/five-minutes.md, typed one after the other in a fresh folder, do what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "five-minutes.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"^```console\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "..."


def typed(command: str, folder: Path) -> str:
    """Return what a command printed, on both streams and without runs of blanks."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    others = "-p no:xdist -p no:hypothesispytest -p no:schemathesis"
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "PYTEST_ADDOPTS": others}
    shell = ["/bin/bash", "-c", command]
    ran = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    return plain(ran.stdout + ran.stderr)


def plain(text: str) -> str:
    """Return text with single blanks."""
    return " ".join(text.split())


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    """Each line it shows below a command is printed by that command, in this order."""
    shutil.copy(ROOT / "docs" / "examples" / "greeter.py", tmp_path)
    blocks = CONSOLE.findall(PAGE)
    assert len(blocks) == 3
    for number, block in enumerate(blocks):
        first, *shown = block.splitlines()
        rest = typed(first.removeprefix("$ "), tmp_path)
        for line in (plain(line) for line in shown if line != LEFT_OUT):
            assert line in rest, f"{first}: {line!r} was not printed: {rest}"
            rest = rest.partition(line)[2]
        if number == 0:
            uncomment(tmp_path / "auth-provider.toml")


def uncomment(adapter: Path) -> None:
    """Say in the first adapter what the page says, in the place of the two comments."""
    [said] = TOML.findall(PAGE)
    text = adapter.read_text(encoding="utf-8")
    for line in said.splitlines():
        key = line.partition(" = ")[0]
        text, times = re.subn(rf"^# {key} = .*$", line, text, flags=re.MULTILINE)
        assert times == 1, f"the first adapter has no comment for {key!r}"
    adapter.write_text(text, encoding="utf-8")
