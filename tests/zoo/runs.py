"""Inner runs of pytest: the catalogue, with the real plugin, against the clients of the zoo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from tests.zoo.plan import PLAN, Plan

CORRECT: Final = Path(__file__).parent / "clients"
"""The folder of the correct clients; their adapters stand beside it."""
LYING: Final = Path(__file__).parent / "lying"
"""The folder of the clients that lie, and of their adapters."""
WORKERS: Final = "2"
"""Worker processes of a run; cases that wait do so beside each other in each of them."""
ROOT: Final = Path(__file__).parents[2]
"""The folder that `tests` is in."""

Rows = dict[str, dict[str, dict[str, Any]]]
"""Client -> contract -> its row of the JSON report."""


def make_project(directory: Path, adapters: Path, programs: Path) -> None:
    """Make a project whose adapters are those of the file `adapters`; `@` in it stands for the folder `programs`.

    What is written in C is compiled, where there is a compiler.
    """
    directory.mkdir(parents=True)
    shutil.copytree(programs, directory / "programs", ignore=shutil.ignore_patterns("__pycache__"))
    text = adapters.read_text(encoding="utf-8").replace('"@/', f'"{directory}/programs/')
    (directory / "auth-provider.toml").write_text(text, encoding="utf-8")
    compiler = shutil.which("cc")
    for source in (directory / "programs").glob("*.c"):
        if compiler:
            subprocess.run([compiler, "-O1", "-o", source.with_suffix(""), source], check=True)


def judge(directory: Path, wanted: Plan, *options: str) -> Rows:
    """Judge clients of the project in `directory` by the contracts that are wanted of each, with options of pytest.

    Raises `RuntimeError` with the end of what pytest printed where there is no report.
    """
    report = directory / "verdicts.json"
    # Plugins that happen to be installed here have no part in it, and some take seconds to import.
    others = {entry.name for entry in entry_points(group="pytest11")} - {"auth-provider", "xdist"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    plan = directory / "plan.json"
    plan.write_text(json.dumps({client: sorted(contracts) for client, contracts in wanted.items()}), encoding="utf-8")
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--auth-provider", *(f"--auth-client={name}" for name in wanted)),
            *(
                "-p",
                "tests.zoo.plan",
                "--noconftest",
                "-p",
                "no:cacheprovider",
                *(f"-pno:{name}" for name in sorted(others)),
            ),
            *("-q", "-n", WORKERS, "--basetemp", "temporary", "--auth-report", str(report), *options),
        ],
        cwd=directory,
        env={**inherited, "PYTHONPATH": path, PLAN: str(plan)},
        capture_output=True,
        text=True,
        check=False,
    )
    (directory / "output.txt").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    if not report.exists():
        raise RuntimeError(f"the inner run gave no verdicts:\n{(ran.stdout + ran.stderr)[-4000:]}")
    found: Rows = {}
    for row in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        found.setdefault(row["client"], {})[row["contract"]] = row
    return found


def once(directory: Path, make: Callable[[], Rows]) -> Rows:
    """Return what `make` returns; the first process that asks calls it, `directory` remembers it for the others."""
    directory.mkdir(exist_ok=True)
    found = directory / "rows.json"
    with FileLock(directory / "lock"):
        if not found.exists():
            found.write_text(json.dumps(make()), encoding="utf-8")
    rows: Rows = json.loads(found.read_text(encoding="utf-8"))
    return rows
