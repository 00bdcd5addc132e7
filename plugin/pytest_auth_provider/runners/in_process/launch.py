"""A program of its own: call an entry point, as the script that an installer writes for it would.

    python launch.py MODULE:FUNCTION DIRECTORY [ARGUMENT ...]

`DIRECTORY` is where the package is, if it is not installed. It imports nothing of ours.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any


def call(entry: str, arguments: Sequence[str]) -> object:
    """Import it and call it: with the arguments where it insists on any, else it finds them in `sys.argv`."""
    module, _, function = entry.partition(":")
    found: Any = functools.reduce(getattr, function.split("."), importlib.import_module(module))
    return found(list(arguments)) if _takes_arguments(found) else found()


def _takes_arguments(function: Callable[..., object]) -> bool:
    """Whether it has to be called with something."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


def main() -> object:
    """Become the program."""
    entry, directory, *arguments = sys.argv[1:]
    sys.path[:1] = []  # the directory of this file
    if directory:
        sys.path.append(directory)
    sys.argv[:] = [entry.partition(".")[0], *arguments]
    return call(entry, arguments)


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[arg-type]  # what an entry point returns is what scripts exit with
