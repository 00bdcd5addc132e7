"""Installs the peers, in a directory that is theirs alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.field import Contender, node_peers, python_peers


@dataclass
class Peers:
    """The peers that can be run, and what kept the others from it, by name."""

    there: list[Contender] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, peer: Contender, installed: bool, install: list[str]) -> None:
        """Take a peer in, installing it unless it is."""
        problem = "" if installed else _run(install)
        if problem:
            self.missing[peer.name] = f"could not be installed: {problem}"
        else:
            self.there.append(peer)


def install(directory: Path) -> Peers:
    """Install what is not there yet below `directory`: a virtual environment and an npm prefix. Takes a minute once."""
    peers = Peers()
    environment, prefix = directory / "python", directory / "node"
    problem = (
        "" if (environment / "bin" / "python").exists() else _run([sys.executable, "-m", "venv", str(environment)])
    )
    for peer in python_peers(environment):
        installed = any(environment.glob(f"lib/*/site-packages/{peer.package.replace('-', '_')}-*.dist-info"))
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", peer.package]
        peers.add(peer, installed and not problem, pip)
    prefix.mkdir(parents=True, exist_ok=True)
    for peer in node_peers(prefix):
        npm = ["npm", "install", "--silent", "--prefix", str(prefix), peer.package]
        peers.add(peer, (prefix / "node_modules" / peer.package / "package.json").exists(), npm)
    return peers


def install_node(directory: Path, packages: tuple[str, ...]) -> str:
    """Install npm packages that are not there yet below `directory`; what went wrong, or an empty string."""
    prefix = directory / "node"
    prefix.mkdir(parents=True, exist_ok=True)
    missing = [one for one in packages if not (prefix / "node_modules" / one / "package.json").exists()]
    return _run(["npm", "install", "--silent", "--prefix", str(prefix), *missing]) if missing else ""


def _run(command: list[str]) -> str:
    """Run an installer; what went wrong, in its last words, or an empty string."""
    print("+", " ".join(command), file=sys.stderr)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}"
    said = (done.stderr or done.stdout).strip().splitlines() or [f"exit status {done.returncode}"]
    return said[-1] if done.returncode else ""
