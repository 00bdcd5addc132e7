"""The steps of a Python client: calls in this process, and processes where only those will do."""

from __future__ import annotations

from pytest_auth_provider.clients.adapter import Adapter, Step
from pytest_auth_provider.clients.kinds.kind import Execution
from pytest_auth_provider.clients.kinds.python.call import Call
from pytest_auth_provider.clients.kinds.python.entry import Entry
from pytest_auth_provider.clients.runner import Child, Command


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
