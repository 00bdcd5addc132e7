"""`python -m tests.sloppy ID...`: prove that a contract bites.

The reference client has to keep it, and the sloppy client of the same id has to break it and nothing else on the way.
Exit code 0 if so, 1 if not, 2 for an id without a contract or without a sloppy client.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.scenario import Scenario
from tests.sloppy.defects import CLIENTS, Defect, load_defects
from tests.sloppy.runs import Proof, Rows, broken, prove, verdicts


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove the contracts named on the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.sloppy", description="Prove that contracts bite.")
    parser.add_argument("ids", nargs="+", metavar="ID", help="a contract, as in revoke/never-raises")
    parser.add_argument("--clients", type=Path, default=CLIENTS, help="the directory of the sloppy clients")
    given = parser.parse_args(arguments)
    defects = load_defects(given.clients)
    contracts = {scenario.id: scenario for scenario in catalogue.scenarios()}
    problems = [_problem(contract, contracts, defects, given.clients) for contract in given.ids]
    if any(problems):
        parser.exit(2, "".join(f"{problem}\n" for problem in problems if problem))
    started = time.monotonic()
    proofs = []
    for contract in dict.fromkeys(given.ids):
        with tempfile.TemporaryDirectory(prefix="sloppy-") as directory:
            proofs.append(prove(contracts[contract], Path(directory).resolve(), given.clients.resolve()))
        print("\n".join(_told(proofs[-1], contracts[contract], defects[contract])))  # noqa: T201 - a command prints
    proved, seconds = sum(proof.holds for proof in proofs), time.monotonic() - started
    print(f"{proved} of {len(proofs)} proved in {seconds:.1f} s")  # noqa: T201
    return 0 if proved == len(proofs) else 1


def _problem(contract: str, contracts: dict[str, Scenario], defects: dict[str, Defect], clients: Path) -> str:
    """Return why this contract cannot be proved, or an empty string."""
    if contract not in contracts:
        hint = did_you_mean(contract, contracts) or "."
        return f'there is no contract "{contract}"{hint} pytest --auth-list shows them all'
    if contract not in defects:
        family = clients / f"{contract.partition('/')[0]}.py"
        return f'the contract "{contract}" has no sloppy client; write one in {family}, as CONTRIBUTING.md tells'
    return ""


def _told(proof: Proof, scenario: Scenario, defect: Defect) -> Iterator[str]:
    yield f"{proof.contract} ({scenario.level}): {'proved' if proof.holds else 'NOT PROVED'}"
    yield f"  reference client  {_verdict(verdicts(proof.reference))}"
    yield from _reasons(proof.reference)
    yield f"  sloppy client     {_verdict(broken(proof.sloppy) or verdicts(proof.sloppy))}: {defect.story}"
    if broken(proof.sloppy) != {proof.contract: proof.verdict}:
        yield f"    it has to break this contract and no other (verdict {proof.verdict!r})"
    yield from _reasons(proof.sloppy)


def _verdict(found: dict[str, str]) -> str:
    """Return the verdicts in words, each with its contract where there are several."""
    told = list(found.values()) if len(found) == 1 else [f"{verdict} {contract}" for contract, verdict in found.items()]
    return ", ".join(told) or "was not checked"


def _reasons(rows: Rows) -> Iterator[str]:
    """Yield why the contracts of these rows were not kept."""
    for row in rows:
        if row["verdict"] != "kept":
            yield from (f"    {line}" for line in row["reason"].splitlines())


if __name__ == "__main__":
    sys.exit(main())
