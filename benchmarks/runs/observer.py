"""The plugin of a measured run, loaded there with `-p benchmarks.runs.observer`: it counts cases and commands.

When the run is over, it writes what it counted to the file that `BENCHMARKED_RUN` names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

RESULT: Final = "BENCHMARKED_RUN"
"""The variable that names the file."""


class Observer:
    """Count the cases that were run, not skipped, and the commands that were started, those of experiments too.

    Contracts may be run in forked processes: each command is a byte that is appended to a file, from whichever process.
    """

    def __init__(self, result: Path) -> None:
        self._result = result
        self._cases = 0
        self._commands = os.open(result.with_suffix(".commands"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case once, when its body is over."""
        self._cases += report.when == "call" and not report.skipped

    def pytest_sessionstart(self) -> None:
        """Count from here on every command that is started, in whichever thread."""
        from pytest_auth_provider.processes.runner import ChildProcess

        start = ChildProcess.__init__

        def counted(process: ChildProcess, *arguments: Any, **named: Any) -> None:
            os.write(self._commands, b".")
            start(process, *arguments, **named)

        ChildProcess.__init__ = counted  # type: ignore[assignment,method-assign]  # there is no hook for it, and needs none

    def pytest_sessionfinish(self) -> None:
        """Write down what was counted."""
        commands = os.fstat(self._commands).st_size
        self._result.write_text(json.dumps({"cases": self._cases, "commands": commands}), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Count in this process."""
    config.pluginmanager.register(Observer(Path(os.environ[RESULT])), "benchmarked-run")
