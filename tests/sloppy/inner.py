"""The plugin of the inner runs of pytest, loaded there with `-p tests.sloppy.inner`.

It offers every sloppy client by its name, and the reference client under the names `recorded` (which notes the
functions it calls) and `kept` (which does not). To look at one of them:

    PYTHONPATH=. pytest -p tests.sloppy.inner --auth-provider --auth-client revoke.never-raises
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.scenario import scenario_of_item
from tests.sloppy.defects import CLIENTS, Defect, load_defects

RECORDED: Final = "recorded"
"""The name of the reference client that notes which functions it calls."""
KEPT: Final = "kept"
"""The name of the reference client as it is, with the timeout of the sloppy ones."""

DIRECTORY: Final = "SLOPPY_CLIENTS"
"""The variable that names the directory of the sloppy clients; otherwise they are our own."""
ONLY: Final = "SLOPPY_ONLY"
"""The variable with the ids of the contracts that the run is about, space-separated, where it is not about all."""
RECORDS: Final = "SLOPPY_RECORDS"
"""The variable that names the directory in which a run of the recorded reference client leaves its notes."""
PLAN: Final = "SLOPPY_PLAN"
"""The variable that names the JSON file with the scenarios that each sloppy client is run under (`plan.plan`)."""
TIMEOUT: Final = "SLOPPY_TIMEOUT"
"""The variable with the seconds that one command may take."""
SECONDS_OF_A_HANG: Final = "4"
"""Within how many seconds a sloppy client that hangs declares to end, so that proofs stay short."""

PROGRAM: Final = str(Path(__file__).with_name("program.py"))


@functools.cache
def defects() -> Mapping[str, Defect]:
    """Every defect, by the name of its sloppy client."""
    return {defect.client: defect for defect in load_defects(_directory()).values()}


def pytest_auth_client(name: str, config: pytest.Config) -> Adapter | None:
    """Return the adapter of a sloppy client: that of the reference client, with another program."""
    if name not in (RECORDED, KEPT, *defects()):
        return None
    timeout = float(os.environ.get(TIMEOUT, "20"))
    preset = load_adapter("reference", config.rootpath)
    # Cold: what a sloppy client replaces, it replaces as it starts.
    reference = replace(preset, name=name, version=(), timeout=timeout, start="cold")
    if name == KEPT:
        return reference
    if name == RECORDED:
        functions = ",".join(sorted({defect.replaced for defect in defects().values()}))
        return replace(reference, command=("{python}", PROGRAM, "noting", "{home}/../reached", functions))
    defect = defects()[name]
    program = ("{python}", PROGRAM, "sloppy", str(_directory()), defect.contract)
    if defect.hangs:
        declared = {**reference.policies, "ends_within": SECONDS_OF_A_HANG}
        return replace(reference, command=program, policies=declared)
    return replace(reference, command=program)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Keep what the recorded reference client noted under this scenario."""
    from pytest_auth_provider.judge import EVIDENCE

    evidence = item.stash.get(EVIDENCE, None)
    if RECORDS in os.environ and evidence is not None:
        # A contract with a group of clients has a sandbox for each of them below the one directory.
        notes = [*evidence.record.sandbox.glob("reached"), *evidence.record.sandbox.glob("*/reached")]
        functions = sorted({name for reached in notes for name in reached.read_text(encoding="utf-8").split()})
        note = Path(os.environ[RECORDS], hashlib.sha256(item.nodeid.encode()).hexdigest())
        note.write_text(json.dumps([variant_of(item), _contract(item), functions]), encoding="utf-8")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the scenarios that this run is not about, and put those of one client together: it signs in once."""
    wanted = _wanted()
    away = {item for item in items if not wanted(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in away])
    items[:] = sorted((item for item in items if item not in away), key=client_of)


def _wanted() -> Callable[[pytest.Item], bool]:
    """Return the test of whether an item belongs to this run.

    That is one of the contracts the run is about; and in the matrix, one that was planned for its sloppy client.
    """
    only = os.environ[ONLY].split() if ONLY in os.environ else None
    planned: dict[str, set[str]] | None = None
    if PLAN in os.environ:
        read = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
        planned = {client: set(variants) for client, variants in read.items()}

    def is_wanted(item: pytest.Item) -> bool:
        if only is not None and _contract(item) not in only:
            return False
        return planned is None or variant_of(item) in planned[client_of(item)]

    return is_wanted


def _directory() -> Path:
    return Path(os.environ.get(DIRECTORY, CLIENTS))


def _contract(item: pytest.Item) -> str:
    scenario = scenario_of_item(item)
    return scenario.id if scenario else ""


def client_of(item: pytest.Item) -> str:
    """Return the name of the client that a scenario is run for."""
    callspec: Any = getattr(item, "callspec", None)
    return str(callspec.params["auth_client_name"]) if callspec else ""


def variant_of(item: pytest.Item) -> str:
    """Return the scenario and its variant, whichever client it is run for."""
    return item.nodeid.replace(client_of(item), "")
