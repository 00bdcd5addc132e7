"""Runs of contracts whose commands start warm: who is accused is accused cold, and the verdicts are the same."""

from __future__ import annotations

import json
import re
import sys

import pytest

from tests.support.project import Project

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="commands are forked on Linux alone")

SEVERAL = "5xx or permanent_failure or 409_newer or 0600"
WARM = 'version = ["say", "1.0"]\nstart = "warm"'


def rows(project: Project) -> list[dict[str, str]]:
    """The rows of the report of a run."""
    found: list[dict[str, str]] = json.loads((project.path / "report.json").read_text())["verdicts"]
    return found


def test_an_accusation_is_confirmed_by_commands_that_start_cold(project: Project) -> None:
    """What only warm commands brought about accuses nobody."""
    body = """
        from pytest_auth_provider.verdict import ContractBroken
        if auth_client.adapter.start == "warm":
            raise ContractBroken("a cold start", "a warm one")
        """
    project.contract("politeness", body, facts="signs_in=True")
    project.client(more=WARM)
    assert project.check("--auth-report", "report.json").ret == 0
    assert [row["verdict"] for row in rows(project)] == ["kept"]


def test_every_command_starts_cold_when_asked_to(project: Project) -> None:
    """With `--auth-cold`."""
    project.contract("politeness", "assert auth_client.adapter.start == 'cold'")
    project.client(more=WARM)
    assert project.check("--auth-cold").ret == 0


def test_a_program_in_another_language_is_said_to_start_cold(project: Project) -> None:
    """What does nothing is said above the verdicts, and the client is checked all the same."""
    project.contract("politeness")
    project.client(more=WARM)
    adapter, script = project.path / "auth-provider.toml", project.path / "tool.sh"
    command = re.search(r"command = \[(.*)\]", adapter.read_text())
    assert command is not None
    script.write_text(f'#!/bin/sh\nexec {command[1].replace(",", "")} "$@"\n')
    script.chmod(0o755)
    adapter.write_text(adapter.read_text().replace(command[0], f'command = ["{script}"]'))
    result = project.check("--auth-report", "report.json")
    assert result.ret == 0
    notice = "Commands of tool do not start warm: only a Python program can, and tool.sh is run by sh."
    assert notice in json.loads((project.path / "report.json").read_text())["notices"]


def test_the_verdicts_are_the_same_as_cold(project: Project) -> None:
    """Those of the reference client, for contracts that sign in, refresh, move clocks and read files."""
    said = []
    for option in ("--auth-cold", "--auth-strict"):
        options = (option, "--auth-client", "reference", "-k", SEVERAL, "--auth-report", "report.json")
        assert project.check(*options).ret == 0
        said.append([(row["contract"], row["verdict"]) for row in rows(project)])
    assert len(said[0]) == 6
    assert said[0] == said[1]


def test_a_program_that_cannot_be_forked_is_said_to_start_cold(project: Project) -> None:
    """Why is found out in the run, and stands above the verdicts with the rest."""
    project.contract("politeness", "assert auth_client.use().exit_code == 0")
    project.client(more='version = ["crash"]\nstart = "warm"')
    assert project.check("--auth-report", "report.json").ret == 0
    (notice,) = json.loads((project.path / "report.json").read_text())["notices"]
    assert notice.endswith("start cold: `crash`, which is to show what it imports, ended with 1.")
