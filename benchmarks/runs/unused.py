"""What the plugin costs a run of pytest that does not use it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROMISED: Final = 10.0
"""Milliseconds that it may cost at most."""
ROUNDS: Final = 20


@dataclass(frozen=True)
class Unused:
    """Milliseconds of processor: a run of one empty test without the plugin, and what the plugin adds to it."""

    without: float
    added: float
    rounds: int

    @property
    def holds(self) -> bool:
        """Whether it costs no more than was promised."""
        return self.added <= PROMISED


def measure_unused(rounds: int = ROUNDS) -> Unused:
    """Run one empty test with and without the plugin in turn; the median of the differences is what it costs.

    Seconds of processor are compared, not of the clock on the wall, so that other work disturbs less.
    """
    with tempfile.TemporaryDirectory(prefix="unused-plugin-") as directory:
        Path(directory, "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        for warm in ((), ("-p", "auth-provider")):  # compiled files are written
            _processor(directory, *warm)
        pairs = [(_processor(directory), _processor(directory, "-p", "auth-provider")) for _round in range(rounds)]
    return Unused(
        without=statistics.median(without for without, _with in pairs),
        added=statistics.median(with_it - without for without, with_it in pairs),
        rounds=rounds,
    )


def _processor(directory: str, *options: str) -> float:
    """Return the milliseconds of processor that pytest takes; no other plugin is loaded."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONDONTWRITE"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."],
        cwd=directory,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"pytest ended with exit code {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000
