"""What a `kept` and an accusation rest on: proof that the client was put to the test, and a second run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.project import Project

ONLY_THE_FIRST_RUN = """
from pathlib import Path
from pytest_auth_provider.verdict import ContractBroken
ran = Path({marker!r})
if not ran.exists():
    ran.touch()
    raise ContractBroken("the same each time", "another time")
"""


def rows(project: Project) -> list[dict[str, Any]]:
    """The verdicts of the run's JSON report."""
    verdicts: list[dict[str, Any]] = json.loads((project.path / "report.json").read_text())["verdicts"]
    return verdicts


def test_kept_without_proof_is_unchecked(project: Project) -> None:
    """A contract that nobody could have broken is not kept."""
    project.contract("politeness", "auth_client.login()", proof="")
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-1] == "1 unchecked"
    result.stdout.fnmatch_lines(["  Nothing shows that the client was ever in a position to break this contract: *"])


def test_a_fault_that_was_met_is_proof(project: Project) -> None:
    """Nothing else has to be said: what was armed and met stands in the report, by variant and with -v."""
    project.contract(
        "politeness",
        """
        with auth_provider.failing(fault, at="token"):
            auth_client.attempt_login()  # which crashes, and that is another contract
        """,
        proof="",
        decorators='@pytest.mark.parametrize("fault", [ServerError(500), ServerError(503)], ids=["500", "503"])',
        arguments="auth_provider: Provider, auth_client: Client, fault: ServerError",
    )
    project.client()
    result = project.check("-v", "--auth-report", "report.json")
    (kept,) = [row for row in rows(project) if row["contract"] == "house/politeness"]
    assert kept["verdict"] == "kept"
    assert kept["proof"] == [
        "[500] met once: token : ServerError(status=500)",
        "[503] met once: token : ServerError(status=503)",
    ]
    result.stdout.fnmatch_lines(["*proof: [[]500] met once: token : ServerError(status=500)"])


def test_only_kept_contracts_carry_proof(project: Project) -> None:
    """What is broken shows that by itself."""
    project.contract("politeness", "assert False, 'rude'")
    project.client()
    project.check("--auth-report", "report.json")
    assert [row["proof"] for row in rows(project)] == [[]]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["here", "xdist"])
def test_an_accusation_is_confirmed(project: Project, workers: list[str]) -> None:
    """A check that fails is run again in a fresh sandbox; pytest counts it once."""
    project.contract("politeness", "assert not list(auth_client.sandbox.home.glob('*.json'))\nassert 0, 'rude'")
    project.client()
    result = project.check("--auth-report", "report.json", *workers)
    assert result.parseoutcomes()["failed"] == 1
    (row,) = rows(project)
    assert (row["verdict"], row["confirmed"]) == ("broken", True)
    assert row["reason"].startswith("rude")


def test_runs_that_disagree_accuse_nobody(project: Project) -> None:
    """A contract that only one of two runs breaks is unstable: the run fails and shows both."""
    project.contract("politeness", ONLY_THE_FIRST_RUN.format(marker=str(project.path / "ran")))
    project.client()
    result = project.check("--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (row,) = rows(project)
    assert (row["verdict"], row["expected"], row["confirmed"]) == ("unstable", "", False)
    assert "Actual:   another time" in row["reason"]
    assert "A second run in a fresh sandbox: kept." in row["reason"]
    assert "1 unstable" in project.section(result)
    assert "unstable: house/politeness (MUST, tool)" in result.outlines


def test_a_finding_that_comes_and_goes_accuses_nobody(project: Project) -> None:
    """What the passive checks saw once and not again is unstable as well."""
    body = """
        from pathlib import Path
        ran = Path({marker!r})
        auth_client.login()
        auth_client.run("use" if ran.exists() else "x-leak")
        ran.touch()
        """
    project.contract("politeness", body.format(marker=str(project.path / "ran")))
    project.client()
    result = project.check("--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    found = {row["contract"]: row["verdict"] for row in rows(project)}
    assert found == {"house/politeness": "kept", "hygiene/no-secret-in-output": "unstable"}


def test_advice_that_comes_and_goes_fails_the_run(project: Project) -> None:
    """A SHOULD that was not kept is excused; a check that cannot make up its mind is not."""
    body = ONLY_THE_FIRST_RUN.format(marker=str(project.path / "ran"))
    project.contract("politeness", body, facts='level="SHOULD"')
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-1] == "1 unstable"


def test_a_declared_deviation_is_run_once(project: Project) -> None:
    """What the project knows already needs no second run."""
    project.contract("politeness", "print('ran', file=open('runs', 'a'))\nassert 0, 'rude'")
    project.client(more='deviations = {"house/politeness" = "never was"}')
    assert project.check().ret == 0
    assert (project.path / "runs").read_text() == "ran\n"


def test_what_only_an_earlier_sign_in_brought_about_accuses_nobody(project: Project) -> None:
    """Of two runs that disagree, one that did not sign in for real does not count."""
    body = """
        from pytest_auth_provider.verdict import ContractBroken
        if auth_client.login().earlier:
            raise ContractBroken("a real sign-in", "an earlier one")
        """
    project.contract("first", "auth_client.login()")
    project.contract("second", body)
    project.client()
    result = project.check("--auth-report", "report.json")
    assert {row["contract"]: row["verdict"] for row in rows(project)} == {"house/first": "kept", "house/second": "kept"}
    assert result.ret == 0


def test_every_case_signs_in_for_real_when_asked_to(project: Project) -> None:
    """With `--auth-cold`, and where the contract says that it judges the login."""
    body = """
        assert not auth_client.login().earlier
        """
    project.contract("first", body)
    project.contract("second", body, facts="signs_in=True")
    project.client()
    assert project.check().ret == 0
    project.contract("third", body)
    assert project.check("--auth-cold").ret == 0
