"""The reference client gets the same verdicts in lanes, with sign-ins put back, as one case after the other, cold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

SELECTED = (
    "near_expiry or created_0600 or never_raises or the_api_has or warm_cache or no_egress or odd_expires "
    "or lost_answer or permanent_failure or corrupt_file or is_said"
)
"""Contracts that sign in and that do not, that wait and that do not, with variants and without."""
COUNTED = re.compile(r"[\d.]+ s\b|once\b|\d+ times\b")
"""What two runs need not have in common: seconds, and how often a provider that is down was met."""


def test_verdicts_and_proofs_are_those_of_a_cold_run(tmp_path: Path) -> None:
    """Contracts, verdicts, variants and what put the client to the test; the exit code says that all is well."""
    assert rows(tmp_path) == rows(tmp_path, "--auth-cold")


def rows(directory: Path, *options: str) -> list[tuple[str, str, str, list[str]]]:
    """What a run tells of the reference client."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--auth-provider", "--auth-no-profile"]
    run = subprocess.run(
        [*command, "-k", SELECTED, "--auth-report=report.json", *options],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    found = json.loads((directory / "report.json").read_text("utf-8"))["verdicts"]
    assert len(found) >= 10
    return [
        (
            row["contract"],
            row["verdict"],
            row["variants"],
            [COUNTED.sub("*", fact) for fact in row["proof"]],
        )
        for row in found
    ]
