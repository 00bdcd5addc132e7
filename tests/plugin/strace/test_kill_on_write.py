"""A command dies at its first write to a file, and that write is never done."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_auth_provider.strace.tracer import KILLER, Tracer, kill_on_write

SCRIPT = """
import sys
open(sys.argv[1], "w").write("other")
open(sys.argv[2], "w").write("new")
print("alive")
"""


@pytest.mark.skipif(KILLER.program is None, reason="strace is not there, or may not look into other processes")
def test_a_command_dies_at_its_first_write(tmp_path: Path) -> None:
    """To the file that was named, and to no other; one that emptied the file first leaves it empty."""
    other, path = tmp_path / "other", tmp_path / "stored"
    path.write_text("old")
    command = [*kill_on_write([path]), sys.executable, "-I", "-S", "-c", SCRIPT, str(other), str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")
    assert (other.read_text(), path.read_text()) == ("other", "")


def test_without_strace_nothing_goes_before_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the caller can tell."""
    monkeypatch.setattr(Tracer, "program", None)
    assert kill_on_write([tmp_path]) == ()
