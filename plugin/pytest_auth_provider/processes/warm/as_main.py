"""Run a script or a module as Python itself would; loaded by the scripts beside it, in the client's Python."""

from __future__ import annotations

import builtins
import os
import runpy
import sys
import types
from importlib.machinery import SourceFileLoader

Target = tuple[str, str]
"""What is run: `("-m", module)`, or `("", path of a script)`."""


def put_first(target: Target) -> None:
    """Put in front of `sys.path` what Python puts there: the directory of the script, or the current one."""
    if getattr(sys.flags, "safe_path", sys.flags.isolated):
        return
    option, name = target
    sys.path[0] = os.getcwd() if option else os.path.dirname(os.path.realpath(name))  # noqa: PTH109, PTH120


def compiled(target: Target) -> types.CodeType | None:
    """Return the code of a script; None for a module, which is found when it runs. Raises `SyntaxError` or others."""
    option, name = target
    if option:
        return None
    with open(name, "rb") as file:  # noqa: PTH123
        return compile(file.read(), name, "exec", dont_inherit=True)


def run(target: Target, code: types.CodeType | None) -> None:
    """Run it as `__main__`, with `sys.argv` as it is. Raises whatever it raises, `SystemExit` too."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    name = target[1]
    if code is None:
        sys.argv[0] = "-m"
        runpy._run_module_as_main(name)  # type: ignore[attr-defined]  # what `python -m` does
        return
    main.__dict__.update(
        __builtins__=builtins,
        __annotations__={},
        __cached__=None,
        __file__=name,
        __loader__=SourceFileLoader("__main__", name),
    )
    exec(code, main.__dict__)  # nosec B102  # noqa: S102 - it is the program
