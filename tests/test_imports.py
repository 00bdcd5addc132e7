"""Every module can be imported first: no import circle depends on who was imported before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "tests" / "support" / "import_each.py"
PACKAGES = {
    ROOT / "fakeprovider" / "fakeprovider": 50,
    ROOT / "plugin" / "pytest_auth_provider": 50,
    ROOT / "scenarios" / "auth_scenarios": 20,
    ROOT / "scenarios" / "reference_client": 20,
}
"""Our packages, and how many modules each has at least."""


def modules(package: Path) -> list[str]:
    """The names of all modules of a package; not of folders that are no packages."""
    files = (path for path in package.rglob("*.py") if (path.parent / "__init__.py").exists())
    names = (".".join(path.relative_to(package.parent).with_suffix("").parts) for path in files)
    return sorted(name.removesuffix(".__init__") for name in names)


def import_each(names: list[str], site: Path) -> subprocess.CompletedProcess[str]:
    """Import each of the modules, found below `site`, in a process that has imported no other of ours."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-P", str(PROGRAM), *names]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def test_every_module_can_be_imported_first() -> None:
    """Whichever a process imports before all others."""
    names = {package: modules(package) for package in PACKAGES}
    assert {package.name: len(found) for package, found in names.items() if len(found) <= PACKAGES[package]} == {}
    done = import_each([name for found in names.values() for name in found], ROOT)
    assert done.returncode == 0, done.stderr


CIRCLES = {
    "two modules": {"a": "from ours.b import x", "b": "import ours.a\nx = 1"},
    "three modules": {"a": "from ours.b import x", "b": "import ours.c\nx = 1", "c": "import ours.a"},
    "relative": {"a": "from .b import x", "b": "from . import a\nx = 1"},
    "by name": {"a": "from ours.b import x", "b": "import importlib\nimportlib.import_module('ours.a')\nx = 1"},
    "a module of a package": {
        "a": "from ours.b import x",
        "b/__init__": "from .c import x",
        "b/c": "import ours.a\nx = 1",
    },
}
"""Modules that can all be imported in the order of their names, and `b` not first."""


@pytest.mark.parametrize("files", CIRCLES.values(), ids=CIRCLES)
def test_a_module_that_cannot_be_imported_first_is_found(tmp_path: Path, files: dict[str, str]) -> None:
    """Also where it can be imported after others."""
    for name, text in {"__init__": "", **files}.items():
        path = tmp_path / "ours" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = import_each(modules(tmp_path / "ours"), tmp_path)
    assert "cannot be imported first: ours.b" in done.stderr.splitlines()[-1]


def test_a_half_imported_module_that_is_only_named_harms_nobody(tmp_path: Path) -> None:
    """A circle by which nothing is taken from a half imported module works from both ends."""
    (tmp_path / "ours").mkdir()
    for name, text in {"__init__": "", "a": "import ours.b", "b": "import ours.a"}.items():
        (tmp_path / "ours" / f"{name}.py").write_text(text, encoding="utf-8")
    assert import_each(modules(tmp_path / "ours"), tmp_path).stderr == ""
