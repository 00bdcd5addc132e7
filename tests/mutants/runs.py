"""Runs of mutants: which contracts each of them is run under, and whether one of them caught it."""

from __future__ import annotations

import importlib
import inspect
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Final

import reference_client
from tests.mutants.mutations import Mutant, mutants
from tests.sloppy.inner import PROGRAM, RECORDED, RECORDS, TIMEOUT
from tests.sloppy.plan import Reached
from tests.sloppy.runs import inner_run

MODULES: Final = ("refresh", "token_endpoint", "flows.device", "flows.browser", "store", "session", "revocation")
"""The modules of signing in, refreshing, storing and signing out."""
CONTRACTS: Final = 40
"""How many scenarios one mutant is run under at most."""
SECONDS: Final = "20"
_WORKERS: Final = ("-n", "6", "--dist", "worksteal")
_START: Final = """\
import sys
for unused in ("trio", "anyio", "click"):
    sys.modules[unused] = None
from reference_client.__main__ import main
sys.exit(main())
"""


def all_mutants(modules: Sequence[str] = MODULES) -> list[Mutant]:
    """Return every mutant of these modules of the reference client."""
    sources = {name: inspect.getsource(importlib.import_module(name)) for name in map(_whole_name, modules)}
    return [mutant for name, source in sources.items() for mutant in mutants(name, source)]


def who_reaches(functions: Sequence[str], directory: Path) -> list[Reached]:
    """Run the reference client under every contract, and return which of these functions each scenario calls."""
    records = directory / "records"
    records.mkdir(parents=True)
    plan = directory / "plan.json"
    command = ["{python}", PROGRAM, "noting", "{home}/../reached", ",".join(functions)]
    plan.write_text(json.dumps({RECORDED: {"command": command, "variants": None}}), encoding="utf-8")
    variables = {"MUTANTS_PLAN": str(plan), RECORDS: str(records), TIMEOUT: SECONDS}
    inner_run(directory / "run", [RECORDED], variables, *_WORKERS, plugin="tests.mutants.inner")
    notes = [json.loads(note.read_text("utf-8")) for note in records.iterdir()]
    return [Reached(variant, contract, frozenset(called)) for variant, contract, called in notes]


def survivors(
    chosen: Sequence[Mutant], reached: Sequence[Reached], directory: Path
) -> tuple[list[Mutant], list[Mutant]]:
    """Run mutants under the scenarios that reach them; return those that no contract caught, and those none reaches."""
    home = directory / "mutants"
    planned, unreached = {}, []
    for number, mutant in enumerate(chosen):
        variants = _variants(mutant, reached)
        if not variants:
            unreached.append(mutant)
            continue
        program = _written(mutant, home / f"program-{number}")
        planned[f"mutant.{number}"] = {"command": ["{python}", str(program)], "variants": variants}
    plan = home / "plan.json"
    plan.write_text(json.dumps(planned), encoding="utf-8")
    inner_run(
        directory / "run",
        list(planned),
        {"MUTANTS_PLAN": str(plan), TIMEOUT: SECONDS},
        *_WORKERS,
        plugin="tests.mutants.inner",
    )
    alive = [chosen[int(name.partition(".")[2])] for name in planned if not (home / name).exists()]
    return alive, unreached


def _whole_name(module: str) -> str:
    return f"{reference_client.__name__}.{module}"


def _variants(mutant: Mutant, reached: Sequence[Reached]) -> list[str]:
    """Return the scenarios that call the mutant's function, one of each contract, by chance but the same each time."""
    those = sorted((one for one in reached if mutant.function in one.functions), key=lambda one: one.variant)
    Random(mutant.change).shuffle(those)  # noqa: S311 - no secret
    first: dict[str, str] = {}
    for one in those:
        first.setdefault(one.contract, one.variant)
    return list(first.values())[:CONTRACTS]


def _written(mutant: Mutant, directory: Path) -> Path:
    """Write the reference client with this change into a directory, and return the program that starts it."""
    package = Path(inspect.getfile(reference_client)).parent
    copied = directory / package.name
    shutil.copytree(package, copied, ignore=shutil.ignore_patterns("__pycache__"))
    module = mutant.function.partition(":")[0].split(".")[1:]
    copied.joinpath(*module).with_suffix(".py").write_text(mutant.source, encoding="utf-8")
    program = directory / "start.py"
    program.write_text(_START, encoding="utf-8")
    return program


def functions_of(chosen: Sequence[Mutant]) -> Mapping[str, int]:
    """Return the functions that these mutants are of, with how many each."""
    counted: dict[str, int] = {}
    for mutant in chosen:
        counted[mutant.function] = counted.get(mutant.function, 0) + 1
    return counted
