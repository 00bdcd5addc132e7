"""`python -m tests.mutants`: how many small slips of the reference client the catalogue catches.

Each mutant is the reference client with one change in one function; it is run under contracts that reach the function
until one of them is not kept. What survives is told line by line: a contract that is missing, or a change without
consequence.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.mutants.runs import MODULES, all_mutants, functions_of, survivors, who_reaches


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a share of the mutants and print what became of them. Returns the exit code 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES, help=f"modules; otherwise {', '.join(MODULES)}")
    parser.add_argument("--share", type=float, default=1.0, help="the share of the mutants that is tried, as in 0.1")
    given = parser.parse_args(arguments)
    every = all_mutants(given.modules)
    wanted = max(1, round(len(every) * given.share))
    chosen = Random(0).sample(every, min(wanted, len(every)))  # noqa: S311 - the same ones each time
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        directory = Path(temporary).resolve()
        reached = who_reaches(sorted(functions_of(chosen)), directory / "reached")
        alive, unreached = survivors(chosen, reached, directory / "tried")
    caught, seconds = len(chosen) - len(alive) - len(unreached), time.monotonic() - started
    print(f"{caught} of {len(chosen)} mutants were caught, in {seconds:.0f} s; there are {len(every)}")  # noqa: T201
    for told, these in (("survived", alive), ("reached by no contract", unreached)):
        for mutant in sorted(these, key=lambda one: (one.function, one.line)):
            print(f"{told}: {mutant.function}, line {mutant.line}: {mutant.change}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
