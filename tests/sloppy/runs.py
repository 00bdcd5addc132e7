"""Inner runs of pytest, and what they prove: that every contract can be broken, and by its own sloppy client alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.scenario import Scenario
from tests.sloppy.defects import CLIENTS, load_defect, load_defects
from tests.sloppy.inner import DIRECTORY, KEPT, ONLY, PLAN, RECORDED, RECORDS, TIMEOUT
from tests.sloppy.plan import Reached, plan

ROOT = Path(__file__).parent.parent.parent
WORKERS = 6
"""Worker processes of a run of the matrix: more than there are processors, because many scenarios wait."""
SECONDS = 20
"""What one command may take: longer than a login that is told to slow down, even on a busy machine."""

Rows = list[dict[str, Any]]


class Matrix(NamedTuple):
    """What two inner runs found: contract -> verdict, for the reference client and for each sloppy one by its name."""

    reference: Mapping[str, str]
    sloppy: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Proof:
    """What the reference client and its sloppy client did with one contract, as rows of a report."""

    contract: str
    verdict: str
    reference: Rows
    sloppy: Rows

    @property
    def holds(self) -> bool:
        """Whether the reference client kept the contract, and its sloppy client broke exactly this one."""
        return verdicts(self.reference) == {self.contract: "kept"} and broken(self.sloppy) == {
            self.contract: self.verdict
        }


def expected_verdict(scenario: Scenario) -> str:
    """Return the verdict of a sloppy client, which promises what the reference client does: but for a MUST, advice."""
    reference = load_adapter("reference", ROOT)
    return "broken" if scenario.for_client(reference).level == "MUST" else "advice"


def verdicts(rows: Rows) -> dict[str, str]:
    """Return contract -> verdict."""
    return {row["contract"]: row["verdict"] for row in rows}


def broken(rows: Rows) -> dict[str, str]:
    """Return contract -> verdict, of those that were not kept."""
    return {contract: verdict for contract, verdict in verdicts(rows).items() if verdict != "kept"}


def run_matrix(directory: Path, clients: Path = CLIENTS, contracts: Sequence[str] = ()) -> Matrix:
    """Run the reference client under every contract, then each sloppy client where it differs from it.

    The first run notes, for every scenario, which of the functions that some sloppy client replaces were called. Under
    any other scenario that sloppy client would be the reference client to the letter. The second run is what `plan`
    makes of that, or everything where the variable `SLOPPY_FULL_MATRIX` is set. `contracts` are the ids of those it is
    about, otherwise all. Reports are left in `directory`.
    """
    records, planned = directory / "records", directory / "plan.json"
    records.mkdir()
    # Each worker begins with neighbours, which are those of one client: it signs in once for all of them.
    workers = ("-n", str(min(WORKERS, len(contracts) or WORKERS)), "--dist", "worksteal")
    where = {DIRECTORY: str(clients), TIMEOUT: str(SECONDS), **({ONLY: " ".join(contracts)} if contracts else {})}
    reference = inner_run(directory / "reference", [RECORDED], {**where, RECORDS: str(records)}, *workers)
    notes = [json.loads(note.read_text("utf-8")) for note in records.iterdir()]
    reached = [Reached(variant, contract, frozenset(functions)) for variant, contract, functions in notes]
    defects = load_defects(clients).values()
    planned.write_text(json.dumps(plan(defects, reached)), "utf-8")
    narrowed = {} if "SLOPPY_FULL_MATRIX" in os.environ else {PLAN: str(planned)}
    sloppy = inner_run(directory / "matrix", [defect.client for defect in defects], {**where, **narrowed}, *workers)
    return Matrix(verdicts(reference[RECORDED]), {name: verdicts(rows) for name, rows in sloppy.items()})


def prove(scenario: Scenario, directory: Path, clients: Path = CLIENTS) -> Proof:
    """Run the reference client and the sloppy client of this contract at the same time, under this contract alone.

    The sloppy client is done with the first variant that it breaks.
    """
    defect = load_defect(scenario.id, clients)
    only = {DIRECTORY: str(clients), ONLY: scenario.id, TIMEOUT: str(SECONDS)}
    with ThreadPoolExecutor() as pool:
        reference = pool.submit(inner_run, directory / "reference", [KEPT], only)
        sloppy = pool.submit(inner_run, directory / "sloppy", [defect.client], only, "-x", "--auth-strict")
    rows = reference.result().get(KEPT, []), sloppy.result().get(defect.client, [])
    return Proof(scenario.id, expected_verdict(scenario), *rows)


def inner_run(
    directory: Path,
    clients: Sequence[str],
    variables: Mapping[str, str],
    *options: str,
    plugin: str = "tests.sloppy.inner",
) -> dict[str, Rows]:
    """Run the catalogue for these clients and return client -> rows of the report. `plugin` is who knows them.

    Raises `RuntimeError` with the end of what pytest printed where there is no report.
    """
    directory.mkdir(parents=True)
    report = directory / "verdicts.json"
    named = [f"--auth-client={client}" for client in clients]
    plugins = ["-p", plugin, "--noconftest", "-p", "no:cacheprovider"]
    # Plugins that happen to be installed here have no part in it, and some take seconds to import.
    wanted = {"auth-provider", "xdist"} if "-n" in options else {"auth-provider"}
    others = {entry.name for entry in entry_points(group="pytest11")} - wanted
    # Compiled files are kept even where the outer run does without: without them every worker compiles pytest anew.
    ours = ("PYTEST_", "SLOPPY_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *plugins, *(f"-pno:{name}" for name in sorted(others))),
            *(
                "-q",
                "--basetemp",
                "temporary",
                "--auth-provider",
                "--auth-no-profile",
                *named,
                "--auth-report",
                str(report),
                *options,
            ),
        ],
        cwd=directory,
        env={**inherited, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    (directory / "output.txt").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    if not report.exists():
        raise RuntimeError(f"the inner run gave no verdicts:\n{(ran.stdout + ran.stderr)[-4000:]}")
    found: dict[str, Rows] = {}
    for row in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        found.setdefault(row["client"], []).append(row)
    return found


def once(directory: Path, make: Callable[[], Matrix]) -> Matrix:
    """Return what `make` returns; the first process that asks calls it, `directory` remembers it for the others."""
    directory.mkdir(exist_ok=True)
    found = directory / "matrix.json"
    with FileLock(directory / "lock"):
        if not found.exists():
            found.write_text(json.dumps(make()), encoding="utf-8")
    return Matrix(*json.loads(found.read_text(encoding="utf-8")))
