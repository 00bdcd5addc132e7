"""The real tools: one contract each, where they are installed. What is missing is told after the collection."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.presets.conftest import INSTALLED


@pytest.mark.parametrize("name", INSTALLED)
def test_a_real_tool_is_judged(name: str, tmp_path: Path) -> None:
    """The tool signs in, its files are found, and the contract on their mode gets a verdict that is not `unchecked`."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--auth-provider", "--auth-client", name]
    run = subprocess.run(
        [*command, "-k", "created_0600"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    verdicts = {line.split()[0] for line in run.stdout.splitlines() if " storage/created-0600 " in line}
    assert verdicts & {"kept", "broken"}, run.stdout


@pytest.mark.parametrize("name", ["codex", "gh", "neonctl"])
def test_a_real_tool_is_judged_alike_cold(name: str, tmp_path: Path) -> None:
    """The verdicts with sign-ins put back and cases beside each other are those of one case after the other, cold."""
    if name not in INSTALLED:
        pytest.skip(f"{name} is not on the PATH in the version of its preset")
    assert _verdicts(name, tmp_path) == _verdicts(name, tmp_path, "--auth-cold")


def _verdicts(name: str, directory: Path, *options: str) -> dict[str, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--auth-provider", "--auth-client", name]
    subprocess.run(
        [*command, "-k", "cache or storage", "--auth-report=report.json", *options],
        cwd=directory,
        capture_output=True,
        timeout=600,
        check=False,
    )
    rows = json.loads((directory / "report.json").read_text("utf-8"))["verdicts"]
    return {row["contract"]: row["verdict"] for row in rows}
