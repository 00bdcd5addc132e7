"""The level of a contract for a client: a SHOULD is a MUST for whoever promises to keep it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.project import Project

SHOULD = 'level="SHOULD", promised_by={"offline": "strict"}, harm="Nobody likes the tool."'


@pytest.mark.parametrize(
    ("declared", "verdict", "level"),
    [
        ("", "advice", "SHOULD"),
        ('policies.offline = "best_effort"', "advice", "SHOULD"),
        ('policies.offline = "strict"', "broken", "MUST"),
        ('promises = ["house/politeness"]', "broken", "MUST"),
        ('promises = ["house/politeness"]\ndeviations."house/politeness" = "later"', "deviation", "MUST"),
    ],
)
def test_a_promise_makes_a_must(project: Project, declared: str, verdict: str, level: str) -> None:
    """By the policy that the contract names, or by the contract's own name; every accusation ends with its harm."""
    project.contract("politeness", "assert auth_client.use().stdout == 'please'", facts=SHOULD)
    project.client(more=declared)
    result = project.check("--auth-report", "report.json", "--auth-report", "report.md")
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if verdict == "broken" else pytest.ExitCode.OK)
    (row,) = json.loads((project.path / "report.json").read_text())["verdicts"]
    assert (row["verdict"], row["level"], row["harm"]) == (verdict, level, "Nobody likes the tool.")
    page = (project.path / "report.md").read_text()
    assert page.endswith("```\n\n</details>\n\n**What a user suffers:** Nobody likes the tool.\n")


def test_a_crash_breaks_the_promise_that_there_is_none(project: Project) -> None:
    """What the passive checks see is judged by the same level, and quoted by its exception."""
    project.contract("politeness", "auth_client.run('x-crash')")
    project.client(more='promises = ["hygiene/no-traceback"]')
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = project.section(result)
    assert "broken: hygiene/no-traceback (MUST, tool)" in told
    assert "  Seen under house/politeness: crash in x-crash: Python traceback: ValueError: nobody caught me" in told
    suffered = next(number for number, line in enumerate(told) if line.startswith("  What a user suffers: "))
    assert suffered > told.index("  What the client did:")


@pytest.mark.parametrize(
    ("strict", "code"), [((), pytest.ExitCode.OK), (("--auth-strict",), pytest.ExitCode.TESTS_FAILED)]
)
def test_advice_of_a_passive_check_fails_a_strict_run(
    project: Project, strict: tuple[str, ...], code: pytest.ExitCode
) -> None:
    """And no other, as the advice of a scenario does."""
    project.contract("politeness", "auth_client.run('x-crash')\nauth_client.exposure.add('it crashed')")
    project.client()
    result = project.check(*strict)
    assert "advice: hygiene/no-traceback (SHOULD, tool)" in project.section(result)
    assert result.ret == code


def test_a_promise_to_keep_what_does_not_exist_is_a_message(project: Project) -> None:
    """It would promise nothing, and nobody would notice."""
    project.client(more='promises = ["hygiene/no-tracebak"]')
    result = project.check()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == (
        'ERROR: auth-provider.toml: clients.tool: promises: there is no contract "hygiene/no-tracebak"; '
        'did you mean "hygiene/no-traceback"? pytest --auth-list shows them all'
    )


def test_promises_are_contracts(project: Project) -> None:
    """Anything else is a message that names the key."""
    project.client(more='promises = ["everything"]')
    result = project.check()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*clients.tool.promises*: expected an array of contracts, such as *"])
