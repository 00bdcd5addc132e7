"""A Python client in this process: its entry point is called, in a world made to look like a process of its own.

InThisProcess   begins a step here, or as a process where the scenario goes on meanwhile    kind.py
  Call          one call, from the arguments to the exit code                                call.py
    Entry       what is called, its modules fresh                                            entry.py, launch.py
    world       arguments, environment, directory, modules, handlers                         world.py
    Streams     standard streams, down to the descriptors                                    streams.py
    limit       the time limit                                                               limit.py
"""

from __future__ import annotations

from pytest_auth_provider.clients.kinds.python.entry import Entry
from pytest_auth_provider.clients.kinds.python.kind import InThisProcess

__all__ = ["Entry", "InThisProcess"]
