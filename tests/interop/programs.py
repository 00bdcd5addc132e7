"""Programs that are clients: what they need, and one run of one that tells as a line of JSON what came of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from fakeprovider import Provider

HERE: Final = Path(__file__).parent
PATIENCE: Final = 120.0
"""Seconds; only a program that hangs makes a test wait this long."""
SECRET: Final = "nobody registered it"


def needs(program: str, *packages: str) -> str:
    """The path of a program; skips the test where it is missing, saying which Debian packages have what it needs."""
    # Debian puts servers into directories for the administrator.
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"not run: no {program} on PATH; apt-get install {' '.join(packages)}")
    return path


def tell(command: list[str], provider: Provider, **environment: str) -> dict[str, Any]:
    """What a client says that signed in at the provider; fails with its own words where it does not."""
    variables = {"PATH": os.environ["PATH"], "ISSUER": provider.issuer, "SECRET": SECRET, **environment}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{command[-1]} broke: {done.stdout}{done.stderr}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told
