"""A command-line tool in Python, written for a test, and commands of it that start warm."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.processes.runner import ChildProcess, Command
from pytest_auth_provider.processes.warm.fork_servers import ForkServers

LIBRARY = """
import os, sys

IMPORTED = {"by": os.getpid()}

def main():
    if sys.argv[1:] == ["--version"]:
        print("tool 1.0")
    else:
        exec(sys.argv[1], {"__name__": "tool", "is_warm": IMPORTED["by"] != os.getpid()})
"""
"""The one module of the tool. Its command is a piece of Python, which finds `is_warm` told."""


@dataclass(frozen=True)
class WarmTool:
    """The tool at `script`, in a sandbox of its own."""

    script: Path
    sandbox: Sandbox
    fork_servers: ForkServers

    @property
    def module(self) -> Path:
        """The module that the tool imports; append to it before the first command."""
        return self.script.parent / "lib.py"

    @property
    def problems(self) -> str:
        """Why its commands start cold, if they do."""
        return "".join(self.fork_servers.problems())

    def command(
        self, *words: str, stdin: str | None = None, timeout: float = 60.0, env: Mapping[str, str] | None = None
    ) -> Command:
        """Return a command of the tool that starts warm; its text may be indented."""
        environment = {**self.sandbox.environment(self.sandbox.new_mark()), **(env or {})}
        spawn = self.fork_servers.spawner(self._training, self.sandbox.root)
        argv = (str(self.script), *map(textwrap.dedent, words))
        return Command(argv, environment, self.sandbox.cwd, timeout, stdin, spawn=spawn)

    def start(self, *words: str, timeout: float = 60.0) -> ChildProcess:
        """Start a command of the tool."""
        return ChildProcess(self.command(*words, timeout=timeout))

    def says(self, *words: str, stdin: str | None = None, **env: str) -> str:
        """Run a command of the tool, which ends well and says nothing but what is returned."""
        ended = ChildProcess(self.command(*words, stdin=stdin, env=env)).wait()
        assert (ended.exit_code, ended.stderr) == (0, "")
        return ended.stdout

    def is_warm(self, **env: str) -> bool:
        """Return whether the next command starts warm."""
        return self.says("print(is_warm)", **env) == "True\n"

    def _training(self) -> Command:
        environment = self.sandbox.environment(self.sandbox.new_mark())
        return Command((str(self.script), "--version"), environment, self.sandbox.cwd, 60)


@contextmanager
def warm_tool(directory: Path, library: str = "") -> Iterator[WarmTool]:
    """Yield a tool whose module does what `library` says as well, while it is imported."""
    directory.mkdir(exist_ok=True)
    script = directory / "tool"
    script.write_text(f"#!{sys.executable} -S\nfrom lib import main\nmain()\n", encoding="utf-8")
    script.chmod(0o755)
    (directory / "lib.py").write_text(LIBRARY + textwrap.dedent(library), encoding="utf-8")
    fork_servers = ForkServers()
    try:
        with Sandbox(directory / "sandbox") as sandbox:
            yield WarmTool(script, sandbox, fork_servers)
    finally:
        fork_servers.close()
