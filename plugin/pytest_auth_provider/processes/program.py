"""Find the program that an adapter names, or say where it was looked for and how to install it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.errors import ProgramMissing


def find_program(adapter: Adapter, program: str) -> str:
    """Return the absolute path of `program`.

    A path with a slash starts from the adapter's root. A name is looked up on the PATH of pytest, then beside the
    Python that runs pytest, where a virtual environment keeps its programs. Raises `ProgramMissing`.
    """
    if os.sep in program:
        return _at_path(adapter, program)
    beside = str(Path(sys.executable).parent)
    path_variable = os.environ.get("PATH", os.defpath)
    found = shutil.which(program, path=path_variable) or shutil.which(program, path=beside)
    if found is None:
        searched = ", ".join(filter(None, path_variable.split(os.pathsep))) or "an empty PATH"
        raise _missing(adapter, program, f"Searched: {searched}, and {beside} (beside the Python that runs pytest)")
    return str(Path(found).absolute())


def _at_path(adapter: Adapter, program: str) -> str:
    path = adapter.root / program
    if os.access(path, os.X_OK) and path.is_file():
        return str(path.absolute())
    raise _missing(adapter, program, _why_unusable(path))


def _why_unusable(path: Path) -> str:
    if path.is_dir():
        return f"{path} is a directory"
    return f"{path} is not executable" if path.exists() else f"There is no {path}"


def _missing(adapter: Adapter, program: str, where: str) -> ProgramMissing:
    lines = [f'{adapter.source}: the program "{program}" of the client "{adapter.name}" was not found', where]
    if adapter.install:
        lines.append(f"To install it: {adapter.install}")
    return ProgramMissing("\n".join(lines))
