"""What the plugin costs a run of pytest that does not use it."""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.runs.timed import run_pytest

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
    with tempfile.TemporaryDirectory(prefix="unused-plugin-") as name:
        directory = Path(name)
        (directory / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        for warm in ((), ("-p", "auth-provider")):  # compiled files are written
            _processor(directory, *warm)
        pairs = [(_processor(directory), _processor(directory, "-p", "auth-provider")) for _round in range(rounds)]
    return Unused(
        without=statistics.median(without for without, _with in pairs),
        added=statistics.median(with_it - without for without, with_it in pairs),
        rounds=rounds,
    )


def _processor(directory: Path, *options: str) -> float:
    """Return the milliseconds of processor that pytest takes; no other plugin is loaded."""
    ended = run_pytest(directory, *options, ".")
    if ended.exit_code:
        raise RuntimeError(f"pytest ended with exit code {ended.exit_code}\n{ended.printed[-2000:]}")
    return ended.processor * 1000
