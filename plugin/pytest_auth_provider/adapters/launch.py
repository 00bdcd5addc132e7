"""Call an entry point as the console script that an installer writes for it would; a standalone script.

    python launch.py MODULE:FUNCTION DIRECTORY [ARGUMENT ...]

`DIRECTORY` holds the package if it is not installed, and is empty otherwise. It runs in the client's Python, where this
plugin need not be installed, so it imports nothing of ours.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any


def call(entry: str, arguments: Sequence[str]) -> object:
    """Import and call `module:function`: with `arguments` if it requires a parameter, else it reads `sys.argv`."""
    module, _, function = entry.partition(":")
    found: Any = functools.reduce(getattr, function.split("."), importlib.import_module(module))
    return found(list(arguments)) if _takes_arguments(found) else found()


def _takes_arguments(function: Callable[..., object]) -> bool:
    """Return whether the function has a positional parameter without a default."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


def main() -> object:
    """Call the entry point that the command line names, and return what it returns."""
    entry, directory, *arguments = sys.argv[1:]
    sys.path[:1] = []  # the directory of this file
    if directory:
        sys.path.append(directory)
    sys.argv[:] = [entry.partition(".")[0], *arguments]
    return call(entry, arguments)


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[arg-type]  # what an entry point returns is what scripts exit with
