"""Patterns of adapters that were asked for and matched nothing are named above the verdicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project

SAYS = """
[clients.tool.says]
signed_in = ["hello", "good (morning|evening)"]
revoked = { stderr = "gone" }
denied = "no entry"
"""
ASKS = """
outcome = auth_client.use()
auth_client.exposure.add("it spoke")
assert outcome.says("signed_in")
assert not outcome.says("revoked")
"""
NEVER = "matched nothing that tool printed in this run, although contracts asked for it."
SILENT = [
    f'auth-provider.toml: clients.tool.says.signed_in: "good (morning|evening)" {NEVER}',
    f'auth-provider.toml: clients.tool.says.revoked: "gone" {NEVER}',
]


def notices(project: Project) -> list[str]:
    """What the JSON report has above the verdicts."""
    return list(json.loads((project.path / "report.json").read_text())["notices"])


def whole_run(project: Project, *arguments: str) -> pytest.RunResult:
    """A run of the contracts of the house and no others, none of which is left out by an option."""
    return project.run(
        "--auth-provider", "--auth-no-profile", *arguments, "--auth-report", "report.json", "--auth-report", "report.md"
    )


@pytest.fixture
def house(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose contracts ask a client twice what it says; the shipped contracts are not selected."""
    project.contract("politeness", ASKS)
    project.contract("kindness", ASKS)
    project.client(more=SAYS)
    shipped = "def pytest_collection_modifyitems(items): items[:] = [i for i in items if 'house' in i.nodeid]"
    project.write("conftest.py", shipped)
    return project


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one-process", "two-processes"])
def test_a_pattern_that_matched_nothing_is_named(house: Project, processes: tuple[str, ...]) -> None:
    """Each pattern alone, over all processes of the run; nobody asked whether the user denied."""
    result = whole_run(house, *processes)
    assert result.ret == 0
    assert notices(house) == SILENT
    report = (house.path / "report.md").read_text()
    assert all(f"**Note:** {notice}\n" in report for notice in SILENT)
    told = house.section(result)
    table = next(number for number, line in enumerate(told) if line.startswith("kept"))
    assert " ".join(told[1:table]) == " ".join(SILENT)


def test_in_a_part_of_a_run_nothing_is_missed(house: Project) -> None:
    """What a `-k` selects need not make the client say everything."""
    assert whole_run(house, "-k", "politeness").ret == 0
    assert notices(house) == []


def test_a_client_of_the_project_that_is_not_checked_is_named(house: Project) -> None:
    """Whoever names one client is told of the others."""
    house.client("other")
    assert whole_run(house, "-k", "politeness", "--auth-client", "other").ret == 1
    assert notices(house) == [
        "auth-provider.toml: clients.tool: configured and not checked in this run; name it with --auth-client tool."
    ]
