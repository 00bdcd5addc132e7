"""A command as a child process: how long it took, what it used of processors, and what it printed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Timed(NamedTuple):
    """How pytest ended: `seconds` on the wall, `processor` seconds of all that it started, and its output."""

    exit_code: int
    seconds: float
    processor: float
    printed: str


def run_pytest(directory: Path, *options: str, variables: Mapping[str, str] | None = None) -> Timed:
    """Run pytest in a directory with these options, and with no plugin but those that they name."""
    # Compiled files are kept even where we do without: the run would compile pytest and us anew.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONDONTWRITE"))}
    # Plugins that happen to be installed here have no part in it, and some take seconds to import.
    environment = {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **(variables or {})}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=output)
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    return Timed(process.returncode, seconds, used.ru_utime + used.ru_stime, printed)
