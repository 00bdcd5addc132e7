"""A Python client in this process: its entry point is called in an environment made to look like a process of its own.

PythonRunner        calls a step here, or starts a process for a step in the background     runner.py
  EntryPointCall    one call, from the arguments to the exit code                           runner.py
    isolation       arguments, environment, directory, modules, handlers, time limit        isolation.py
    StandardStreams stdin, stdout and stderr, down to the descriptors                       isolation.py
"""

from __future__ import annotations
