"""The program of a sloppy client, and that of the reference client while it notes which functions it calls.

    program.py sloppy DIRECTORY CONTRACT ARGUMENTS...     the defect of CONTRACT in DIRECTORY is applied
    program.py noting FILE FUNCTIONS ARGUMENTS...         those of FUNCTIONS (comma-separated) it calls go to FILE

It runs in a sandbox, where nothing leads to this project but the path of this file.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parent.parent.parent)
# What httpx imports where tests have it installed, and never uses here: two thirds of the time of a command.
for unused in ("trio", "anyio", "click"):
    sys.modules[unused] = None  # type: ignore[assignment]  # how Python is told that there is no such module

from reference_client.__main__ import main  # noqa: E402 - the path has to be set first
from tests.sloppy.defects import load_defect  # noqa: E402


def note(function: str, file: Path) -> None:
    """Wrap a function, such as `reference_client.refresh:poison`, so that it adds its name to `file` when called."""
    module, _, qualified = function.partition(":")
    *owners, name = qualified.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    setattr(owner, name, _noting(getattr(owner, name), function, file))


def _noting(original: Callable[..., Any], function: str, file: Path) -> Callable[..., Any]:
    @functools.wraps(original)
    def noting(*arguments: Any, **named: Any) -> Any:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"{function}\n")
        return original(*arguments, **named)

    return noting


def prepare(way: str, where: str, what: str) -> None:
    """Make the reference client in this process sloppy, or noting."""
    if way == "sloppy":
        load_defect(what, Path(where)).apply()
    else:
        for function in what.split(","):
            note(function, Path(where))


if __name__ == "__main__":
    prepare(*sys.argv[1:4])
    del sys.argv[1:4]
    sys.exit(main())
