"""`python -m tests.sloppy ID`: one contract is proved, of any level, and of a package that is not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_auth_provider.scenario import Scenario
from tests.sloppy.defects import CLIENTS
from tests.sloppy.inner import PROGRAM
from tests.sloppy.runs import ROOT, Matrix, expected_verdict, run_matrix
from tests.support.project import Project

SLOPPY = """
from reference_client.commands import status
from tests.sloppy.defects import sloppy


@sloppy("house/greeting", status, "run")
def says_nothing(run, context, arguments):
    '''The command `status` says nothing.'''
    return 0


@sloppy("house/farewell", status, "run")
def does_as_it_should(run, context, arguments):
    '''Nothing is wrong with this one.'''
    return run(context, arguments)
"""
"""Two sloppy clients that somebody made up, in the file of the family that somebody made up: one is not sloppy."""


@pytest.fixture
def clients(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with two contracts of the level SHOULD is installed; the directory of their sloppy clients."""
    project = Project(pytester, monkeypatch)
    for contract in ("greeting", "farewell"):
        project.contract(
            contract,
            """
            from auth_scenarios.verify import must

            must(auth_client.run("status").output.strip() != "", "a word", "it printed nothing")
            """,
            facts='level="SHOULD"',
        )
    return project.write("clients/house.py", SLOPPY).parent


def prove(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as it is documented."""
    command = [sys.executable, "-m", "tests.sloppy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))


def test_a_should_is_proved_by_advice(clients: Path) -> None:
    """The reference client keeps it, and what its sloppy client gets is advice."""
    ran = prove("house/greeting", "--clients", str(clients))
    assert ran.stdout.splitlines()[:-1] == [
        "house/greeting (SHOULD): proved",
        "  reference client  kept",
        "  sloppy client     advice: The command `status` says nothing.",
        "    Expected: a word",
        "    Actual:   it printed nothing",
    ], ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("1 of 1 proved in ")
    assert ran.returncode == 0


def test_a_contract_that_does_not_bite_is_not_proved(clients: Path) -> None:
    """Where its sloppy client keeps a contract, nothing is proved, and the exit code is 1."""
    ran = prove("house/farewell", "--clients", str(clients))
    assert ran.stdout.splitlines()[:-1] == [
        "house/farewell (SHOULD): NOT PROVED",
        "  reference client  kept",
        "  sloppy client     kept: Nothing is wrong with this one.",
        "    it has to break this contract and no other (verdict 'advice')",
    ], ran.stderr
    assert ran.returncode == 1


def test_the_matrix_takes_a_should(clients: Path, tmp_path: Path) -> None:
    """In the matrix, too, a SHOULD that is not kept is advice."""
    greeting = Scenario("house/greeting", "A word.", "House rules 1.2", "A client is polite.", level="SHOULD")
    assert run_matrix(tmp_path.resolve(), clients, [greeting.id]) == Matrix(
        {greeting.id: "kept"}, {"house.greeting": {greeting.id: "advice"}, "house.farewell": {greeting.id: "kept"}}
    )
    assert expected_verdict(greeting) == "advice"


def test_an_unknown_contract_is_a_message() -> None:
    """A mistyped id is told with the one that was meant."""
    ran = prove("revoke/never-rises")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        'there is no contract "revoke/never-rises"; did you mean "revoke/never-raises"? '
        "pytest --auth-list shows them all\n"
    )


def test_a_contract_without_a_sloppy_client_is_a_message(tmp_path: Path) -> None:
    """Where nobody has written one, the message says where to."""
    ran = prove("revoke/never-raises", "--clients", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f'the contract "revoke/never-raises" has no sloppy client; write one in {tmp_path / "revoke.py"}, '
        "as CONTRIBUTING.md tells\n"
    )


def test_a_sloppy_client_imports_nothing_that_it_never_uses() -> None:
    """An HTTP library may bring a terminal and event loops along, where installed: most of the time of a command."""
    program = [sys.executable, "-X", "importtime", PROGRAM, "sloppy", str(CLIENTS), "hygiene/no-egress", "--version"]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "httpx" in imported
    assert imported & {"click.core", "rich.console", "trio._core", "anyio._core"} == set()
