"""A Python client in this process: its entry point is called, in a world made to look like a process of its own.

InThisProcess   begins a step here, or as a process where the scenario goes on meanwhile    kind.py
  Call          one call, from the arguments to the exit code                                call.py
    Entry       what is called, its modules fresh                                            entry.py, launch.py
    world       arguments, environment, directory, modules, handlers                         world.py
    Streams     standard streams, down to the descriptors                                    streams.py
    limit       the time limit                                                               limit.py
"""

from __future__ import annotations

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.processes.runner import Child, Command
from pytest_auth_provider.runners.in_process.call import Call
from pytest_auth_provider.runners.in_process.entry_point import Entry
from pytest_auth_provider.runners.kind import Execution


class InThisProcess:
    """Calls the adapter's entry point. A step that runs apart is a process: there is only one of this one."""

    def __init__(self, adapter: Adapter) -> None:
        self._entry = Entry.named(adapter.entry, adapter.fresh)
        self._leading = len(adapter.command)

    def begin(self, step: Step, command: Command, watched: Command, *, apart: bool) -> Execution:  # noqa: ARG002
        """Prepare the call, which is made when it is waited for; or start a process of the same program."""
        if apart:
            return Child(watched)
        return Call(self._entry, (self._entry.package, *command.argv[self._leading :]), watched)

    def restart(self) -> None:
        """Nothing is meant to live on; what packages keep that are not `fresh`, they keep."""


__all__ = ["Entry", "InThisProcess"]
