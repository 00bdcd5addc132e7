"""The plugin of the inner run: every mutant is a client by its name, and one that was caught is run no more.

Its settings are the JSON file that the variable `MUTANTS_PLAN` names: name of a client -> `command`, what it is started
with, and `variants`, the scenarios it is run under (None: all). Beside the file, a mutant that was caught leaves an
empty file of its name. Where `SLOPPY_RECORDS` is set, the functions that a client noted are kept, as in `tests.sloppy`.
"""

from __future__ import annotations

import functools
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from tests.sloppy.inner import TIMEOUT, client_of, pytest_runtest_teardown, variant_of

__all__ = ["pytest_runtest_teardown"]

PLAN: Final = "MUTANTS_PLAN"
NAME: Final = re.compile(r"mutant\.\d+")


@functools.cache
def plan() -> dict[str, dict[str, Any]]:
    """Return what the file says."""
    read: dict[str, dict[str, Any]] = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
    return read


def caught(client: str) -> Path:
    """Return the file that says that a mutant was caught."""
    return Path(os.environ[PLAN]).with_name(client)


def pytest_auth_client(name: str, config: pytest.Config) -> Adapter | None:
    """Return the adapter of a mutant: that of the reference client, with another program."""
    if name not in plan():
        return None
    preset = load_adapter("reference", config.rootpath)
    command = tuple(plan()[name]["command"])
    return replace(preset, name=name, version=(), timeout=float(os.environ[TIMEOUT]), start="cold", command=command)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the scenarios that were planned for each client, those of one client together."""
    allowed = {name: one["variants"] for name, one in plan().items()}
    away = [item for item in items if not _is_planned(allowed[client_of(item)], item)]
    config.hook.pytest_deselected(items=away)
    gone = set(away)
    items[:] = sorted((item for item in items if item not in gone), key=client_of)


def _is_planned(variants: list[str] | None, item: pytest.Item) -> bool:
    return variants is None or variant_of(item) in variants


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what a mutant is run under that was caught already."""
    if caught(client_of(item)).exists():
        pytest.skip("it was caught already")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note that a mutant was caught: its run fails, or it was given advice."""
    name = NAME.search(report.nodeid)
    if name and (report.failed or hasattr(report, "wasxfail")):
        caught(name[0]).touch()
