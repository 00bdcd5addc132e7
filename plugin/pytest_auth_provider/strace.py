"""The program `strace`, where it is there and may be used."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess


@functools.cache
def strace_with(*options: str) -> str | None:
    """The program, or None where it is not installed, does not know `options` or may not look into other processes."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run([program, *options, "-o", os.devnull, "true"], capture_output=True, check=False)
    return program if tried.returncode == 0 else None
