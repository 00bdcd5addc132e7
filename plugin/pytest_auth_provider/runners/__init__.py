"""The kinds of client: how a step of an action becomes something that runs.

process    every step is a process of its own (the default)               runner.py, warm.py
python     an entry point of a Python package, called in this process     in_process/
stdio      one long-lived child that is sent messages, one to a line      stdio/
"""

from __future__ import annotations

import sys

from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.runners.runner import Execution, ProcessRunner, Runner

__all__ = ["Execution", "Runner", "runner_for"]


def runner_for(commands: CommandBuilder) -> Runner:
    """Return the runner for the kind of client that the adapter declares."""
    adapter = commands.adapter
    if adapter.kind == "python":
        from pytest_auth_provider.runners.in_process.runner import PythonRunner  # imported late, as below: few want it

        return PythonRunner(adapter)
    if adapter.kind == "stdio":
        from pytest_auth_provider.runners.stdio.runner import StdioRunner

        return StdioRunner(commands)
    if adapter.start == "warm" and not adapter.terminal and sys.platform.startswith("linux"):
        from pytest_auth_provider.runners.warm import WarmRunner

        return WarmRunner(commands)
    return ProcessRunner()
