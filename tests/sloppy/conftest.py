"""Sloppy clients: the reference client with exactly one defect each, and the matrix of what that breaks.

The matrix is two inner runs of pytest, in which this file is a plugin (`-p conftest`):

1. the reference client, which keeps every contract, noting for every scenario which of the functions that some sloppy
   client overrides it called;
2. all sloppy clients, each under the scenarios that reach the function it overrides. Under any other it would be the
   reference client to the letter. `SLOPPY_FULL_MATRIX=1` runs those as well.

To look at one of them: `PYTHONPATH=tests/sloppy pytest -p conftest --auth-provider --auth-client revoke.never-raises`.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from filelock import FileLock

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter

HERE = Path(__file__).parent
RECORDED = "recorded-reference"
WORKERS = 6
"""More than there are processors: many scenarios wait."""
TIMEOUT = 20.0
"""Seconds for one command, longer than a login that is told to slow down; one sloppy client hangs until then."""

RECORDS = "SLOPPY_RECORDS"
"""The variable that names the directory in which the first inner run leaves its notes."""
REACH = "SLOPPY_REACH"
"""The variable that names the file in which the second one finds what each scenario reaches."""


class Matrix(NamedTuple):
    """What the inner runs found: contract -> verdict, of the reference client and of each sloppy one by its name."""

    reference: Mapping[str, str]
    sloppy: Mapping[str, Mapping[str, str]]


def programs() -> dict[str, Path]:
    """Every sloppy client by its name, which is that of its contract, as in `revoke.never-raises`."""
    paths = sorted((HERE / "clients").glob("*/*.py"))
    return {f"{path.parent.name}.{path.stem.replace('_', '-')}": path for path in paths}


def overridden(program: Path) -> str:
    """The one function that a sloppy client overrides, as in `reference_client.refresh:poison`."""
    body = ast.parse(program.read_text(encoding="utf-8")).body
    origin = {name.name: node.module for node in body if isinstance(node, ast.ImportFrom) for name in node.names}
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    (target,) = (target for target in targets if isinstance(target, ast.Attribute))
    assert isinstance(target.value, ast.Name)
    owner, home = target.value.id, origin[target.value.id] or ""
    spec = importlib.util.find_spec(home)
    is_package = spec is not None and spec.submodule_search_locations is not None
    return f"{home}.{owner}:{target.attr}" if is_package else f"{home}:{owner}.{target.attr}"


# -- the inner runs ---------------------------------------------------------------------------------------------------


def pytest_auth_client(name: str, config: pytest.Config) -> Adapter | None:
    """The adapter of a sloppy client: that of the reference client, with another program."""
    program = programs().get(name)
    if program is None and name != RECORDED:
        return None
    reference = replace(load_adapter("reference", config.rootpath), name=name, version=(), timeout=TIMEOUT)
    if program is not None:
        return replace(reference, command=("{python}", str(program)))
    recording = {
        "SLOPPY_FUNCTIONS": " ".join(sorted({overridden(path) for path in programs().values()})),
        "SLOPPY_REACHED": "{home}/../reached",
    }
    return replace(
        reference,
        command=("{python}", str(HERE / "recorded_reference.py")),
        env={**reference.env, **recording},
    )


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Keep what the reference client noted under this scenario."""
    from pytest_auth_provider.judge import EVIDENCE

    evidence = item.stash.get(EVIDENCE, None)
    if RECORDS in os.environ and evidence is not None:
        reached = evidence.record.sandbox / "reached"
        functions = sorted(set(reached.read_text(encoding="utf-8").split())) if reached.exists() else []
        note = Path(os.environ[RECORDS], hashlib.sha256(item.nodeid.encode()).hexdigest())
        note.write_text(json.dumps([_variant(item), functions]), encoding="utf-8")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the scenarios under which a sloppy client is the reference client."""
    if REACH not in os.environ:
        return
    reach: dict[str, list[str]] = json.loads(Path(os.environ[REACH]).read_text(encoding="utf-8"))
    functions = {name: overridden(path) for name, path in programs().items()}
    away = [item for item in items if functions[_client(item)] not in reach[_variant(item)]]
    config.hook.pytest_deselected(items=away)
    items[:] = [item for item in items if item not in set(away)]


def _client(item: pytest.Item) -> str:
    callspec: Any = getattr(item, "callspec")  # noqa: B009 - functions have one, items in general do not
    return str(callspec.params["auth_client_name"])


def _variant(item: pytest.Item) -> str:
    """The scenario and its variant, whichever client it is run for."""
    return item.nodeid.replace(_client(item), "")


# -- the outer run ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sloppy_programs() -> dict[str, Path]:
    """Every sloppy client by its name."""
    return programs()


@pytest.fixture(scope="session", name="overridden")
def overridden_function() -> Callable[[Path], str]:
    """The function that a sloppy client overrides, by its program."""
    return overridden


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """What the inner runs found; they are run once, also where pytest-xdist runs the tests that look at it."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sloppy"
    directory.mkdir(exist_ok=True)
    found = directory / "matrix.json"
    with FileLock(directory / "lock"):
        if not found.exists():
            found.write_text(json.dumps(_run(directory)), encoding="utf-8")
    return Matrix(*json.loads(found.read_text(encoding="utf-8")))


def _run(directory: Path) -> Matrix:
    records, reach = directory / "records", directory / "reach.json"
    records.mkdir()
    reference = _inner_run(directory / "reference", [RECORDED], {RECORDS: str(records)})
    reach.write_text(json.dumps(dict(json.loads(note.read_text("utf-8")) for note in records.iterdir())), "utf-8")
    full = "SLOPPY_FULL_MATRIX" in os.environ
    sloppy = _inner_run(directory / "matrix", list(programs()), {} if full else {REACH: str(reach)})
    return Matrix(reference[RECORDED], sloppy)


def _inner_run(directory: Path, clients: list[str], variables: dict[str, str]) -> dict[str, dict[str, str]]:
    """Run the catalogue for these clients; client -> contract -> verdict."""
    directory.mkdir()
    report = directory / "verdicts.json"
    named = [f"--auth-client={client}" for client in clients]
    plugins = ["-p", "conftest", "--noconftest", "-p", "no:cacheprovider"]
    # Compiled files are kept even where the outer run does without: without them every worker compiles pytest anew.
    ours = ("PYTEST_", "SLOPPY_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *plugins, "-q", "-n", str(WORKERS), "--basetemp", "temporary"),
            *("--auth-provider", *named, "--auth-report", str(report)),
        ],
        cwd=directory,
        env={**inherited, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    (directory / "output.txt").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    assert report.exists(), f"the inner run gave no verdicts:\n{(ran.stdout + ran.stderr)[-4000:]}"
    found: dict[str, dict[str, str]] = {}
    for row in json.loads(report.read_text(encoding="utf-8"))["verdicts"]:
        found.setdefault(row["client"], {})[row["contract"]] = row["verdict"]
    return found
