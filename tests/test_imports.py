"""Every module can be imported first: no import circle depends on who was imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

IMPORT_EACH = """
import importlib, os, sys, traceback

# What they all need is imported once, here; each module is imported in a child of its own.
import cryptography, jinja2, joserfc.jwt, pluggy, pydantic, pytest, trustme, werkzeug.wrappers

assert not any(name.startswith(("fakeprovider", "pytest_auth_provider")) for name in sys.modules)
broken = []
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        broken.append(name)
sys.exit(f"cannot be imported first: {', '.join(broken)}" if broken else 0)
"""


def modules(package: str) -> list[str]:
    """The names of all modules of the package below `ROOT`; not of folders that are no packages."""
    base = ROOT / package
    files = (path for path in base.rglob("*.py") if (path.parent / "__init__.py").exists())
    names = (".".join(path.relative_to(base.parent).with_suffix("").parts) for path in files)
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("package", ["fakeprovider/fakeprovider", "plugin/pytest_auth_provider"])
def test_every_module_can_be_imported_first(package: str) -> None:
    """Each in a process that has imported no other of ours."""
    names = modules(package)
    assert len(names) > 50
    command = [sys.executable, "-c", IMPORT_EACH, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
