"""One whole run of one client, and what it took."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.field import ROOT
from benchmarks.runs.observer import RESULT
from benchmarks.runs.timed import run_pytest
from pytest_auth_provider.adapters.loader import load_adapter, preset_names
from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.clients.factory import prepare_home
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.errors import ProgramMissing
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import ChildProcess

COLD: Final = "--auth-cold"
COLD_COMMANDS: Final = 5
"""How often the command that prints the version is run."""


@dataclass(frozen=True)
class Cost:
    """What one run took. `cold_command` is how long a cold command takes that prints the version; None without one.

    `seconds` is by the clock on the wall, `processor` what pytest and everything that it started used of processors.
    """

    client: str
    options: tuple[str, ...]
    contracts: int
    cases: int
    commands: int
    seconds: float
    processor: float
    cold_command: float | None

    @property
    def waited(self) -> float:
        """Seconds in which no processor did anything for the run; 0 where it kept several busy."""
        return max(0.0, self.seconds - self.processor)

    @property
    def cold_commands_per_case(self) -> float | None:
        """How many cold commands could have been run one after the other for each case."""
        return self._cold_commands(self.cases)

    @property
    def cold_commands_per_contract(self) -> float | None:
        """The same for each contract."""
        return self._cold_commands(self.contracts)

    def _cold_commands(self, parts: int) -> float | None:
        return self.seconds / self.cold_command / parts if self.cold_command and parts else None


def installed_clients() -> list[str]:
    """Return the names of the presets whose program is on this machine, the reference client first."""
    names = [name for name in preset_names() if _is_installed(load_adapter(name, ROOT))]
    return sorted(names, key=lambda name: (name != "reference", name))


def _is_installed(adapter: Adapter) -> bool:
    program = sys.executable if adapter.command[0] == "{python}" else adapter.command[0]
    try:
        find_program(adapter, program)
    except ProgramMissing:
        return False
    return True


def measure_run(client: str, *options: str, root: Path = ROOT) -> Cost:
    """Run all contracts for a client, named as after `--auth-client`, and return what it took.

    `options` go to pytest, as in `-k revoke`. Raises `RuntimeError` with what pytest printed where there is no verdict.
    """
    with tempfile.TemporaryDirectory(prefix="benchmarked-run-") as directory:
        counted, report = Path(directory, "counted.json"), Path(directory, "report.json")
        plugins = ["-p", "auth-provider", "-p", "benchmarks.runs.observer", "--auth-provider"]
        asked = [*plugins, f"--auth-client={client}", f"--auth-report={report}", *options]
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        ended = run_pytest(root, *asked, variables={"PYTHONPATH": path, RESULT: str(counted)})
        if not report.exists():
            raise RuntimeError(f"{client}: the run gave no verdicts\n{ended.printed[-2000:]}")
        rows = json.loads(report.read_text(encoding="utf-8"))["verdicts"]
        numbers = json.loads(counted.read_text(encoding="utf-8"))
    contracts = len({row["contract"] for row in rows})
    cold = cold_command(load_adapter(client, root))
    return Cost(client, options, contracts, numbers["cases"], numbers["commands"], ended.seconds, ended.processor, cold)


def cold_command(adapter: Adapter) -> float | None:
    """Return how many seconds the command that prints the version takes, a new process each time; None without one."""
    if not adapter.version:
        return None
    taken = []
    with tempfile.TemporaryDirectory(prefix="cold-command-") as directory:
        home = prepare_home(adapter, Path(directory, "home"))
        for number in range(COLD_COMMANDS):
            with Sandbox(Path(directory, str(number)), home, adapter.home) as sandbox:
                taken.append(ChildProcess(CommandBuilder(adapter, sandbox).build(Step(adapter.version))).wait().seconds)
    return statistics.median(taken)
