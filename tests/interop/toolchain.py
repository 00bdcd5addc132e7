"""Node, its packages, and the scripts in `node/`: each runs one flow with a certified client and prints the outcome."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock

from fakeprovider import Provider

SCRIPTS: Final = Path(__file__).parent / "node"
NEEDED: Final = 20
"""The major version of node that the clients ask for."""
PATIENCE: Final = 120.0
"""Seconds; only a hanging script or a dead registry makes a test wait this long."""

Result = dict[str, Any]


@dataclass(frozen=True)
class Scripts:
    """The scripts, copied beside an installed `node_modules`, for nothing is installed into the tree."""

    directory: Path

    def run(self, script: str, provider: Provider, **asked: object) -> Result:
        """Run a flow that has to work; what it printed."""
        result = self._run(script, provider, asked)
        assert result["ok"], f"{script} refused the provider: {result}"
        return result

    def refused(self, script: str, provider: Provider, **asked: object) -> Result:
        """Run a flow that the client has to refuse; the error it refused with."""
        result = self._run(script, provider, asked)
        assert not result["ok"], f"{script} noticed nothing: {result}"
        return result

    def _run(self, script: str, provider: Provider, asked: dict[str, object]) -> Result:
        environment = {"PATH": os.environ["PATH"], "ISSUER": provider.issuer, "ASKED": json.dumps(asked)}
        if provider.ca_file:
            environment["NODE_EXTRA_CA_CERTS"] = str(provider.ca_file)
        command = ["node", str(self.directory / f"{script}.mjs")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, f"{script} broke: {done.stderr}"
        assert done.stderr == "", f"{script} has something to say: {done.stderr}"
        result: Result = json.loads(done.stdout)
        return result


def install(shared: Path) -> Scripts:
    """The scripts with their packages below `shared`, installed by the first test process that gets here."""
    _check_toolchain()
    directory = shared / "node"
    with FileLock(shared / "node.lock"):
        if not (directory / "node_modules").exists():
            shutil.copytree(SCRIPTS, directory, dirs_exist_ok=True)
            _npm_install(directory)
    return Scripts(directory)


def _check_toolchain() -> None:
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not run: no {' and no '.join(missing)} on PATH; install node {NEEDED} or newer, with npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - as found on PATH
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < NEEDED:
        pytest.skip(f"not run: node is {version.strip()}, the clients need {NEEDED} or newer")


def _npm_install(directory: Path) -> None:
    command = ["npm", "install", "--no-progress"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        shutil.rmtree(directory / "node_modules", ignore_errors=True)
        pytest.fail(f"npm could not install the clients: {done.stderr}")
