"""The kinds of client: how an action becomes something that runs.

process    a command line, each action a process of its own (the default)     process.py
python     an entry point of a Python package, called in this process         python/
stdio      one long-lived child that is sent messages, one to a line          stdio/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.runners.kind import Execution, Kind, Processes

if TYPE_CHECKING:
    from pytest_auth_provider.clients.commands import Commands


__all__ = ["Execution", "Kind", "kind_of"]


def kind_of(commands: Commands) -> Kind:
    """How the actions of this client run, in its sandbox."""
    adapter = commands.adapter
    if adapter.kind == "python":
        from pytest_auth_provider.runners.in_process import InThisProcess  # imported late, as below: few want it

        return InThisProcess(adapter)
    if adapter.kind == "stdio":
        from pytest_auth_provider.runners.stdio import Conversations

        return Conversations(commands)
    return Processes()
