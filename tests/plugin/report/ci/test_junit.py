"""JUnit XML: a readable property for each fact of a contract, and none of the machine's own notes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.report.ci.junit import FACTS, readable
from pytest_auth_provider.report.rows import PROPERTY, TRACEBACK, Row
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from tests.support.project import Project

NUMBERS = '@pytest.mark.parametrize("number", [1, 2])'
BETA = """
from pytest_auth_provider.verdict import ContractBroken
auth_client.use()
if number == 2:
    raise ContractBroken('please', 'hello\\n<there>')
"""
ROW = Row("house/a", "A.", "MUST", "Rules", "Be.", "", "tool", "1", Verdict.KEPT, proof=("one", "two"))


def properties(project: Project) -> dict[str, list[tuple[str, str]]]:
    """The properties of each testcase in `junit.xml`, by its name."""
    cases = ET.parse(project.path / "junit.xml").iter("testcase")  # noqa: S314 - our own file
    return {
        case.attrib["name"]: [(one.attrib["name"], one.attrib["value"]) for one in case.iter("property")]
        for case in cases
    }


@pytest.fixture
def mixed(project: Project) -> Project:
    """A client that keeps one contract, breaks a variant of one, need not keep a third, and leaks under a fourth."""
    project.contract("alpha", "auth_client.use()")
    project.contract(
        "beta",
        BETA,
        decorators=NUMBERS,
        arguments="auth_client: Client, number: int",
        facts="harm='Nobody answers.'",
    )
    project.contract("gamma", facts='needs={"logout"}')
    project.contract("delta", "auth_client.login()\nauth_client.run('x-leak')")
    project.client()
    return project


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("--auth-cold",)])
def test_each_fact_is_a_property(mixed: Project, options: tuple[str, ...]) -> None:
    """Whichever process ran it; what has nothing to say is left out."""
    mixed.check("--junitxml=junit.xml", *options)
    told = properties(mixed)
    common = [
        ("auth.title", "A client does what the rule says."),
        ("auth.level", "MUST"),
    ]
    clause = [("auth.source", "House rules 1.2"), ("auth.requirement", "A client is polite.")]
    assert told["test_alpha[tool]"] == [
        ("auth.client", "tool"),
        ("auth.contract", "house/alpha"),
        *common,
        ("auth.verdict", "kept"),
        *clause,
        ("auth.proof", "it was asked to be polite"),
    ]
    broken = told["test_beta[tool-2]"]
    (evidence,) = (value for name, value in broken if name == "auth.evidence")
    assert evidence.endswith("stdout | hello")
    assert [pair for pair in broken if pair[0] != "auth.evidence"] == [
        ("auth.client", "tool"),
        ("auth.contract", "house/beta"),
        *common,
        ("auth.verdict", "broken"),
        ("auth.variants", "2"),
        *clause,
        ("auth.expected", "please"),
        ("auth.actual", "hello\n<there>"),
        ("auth.harm", "Nobody answers."),
        ("auth.confirmed", "yes"),
    ]
    assert ("auth.verdict", "not applicable") in told["test_gamma[tool]"]
    assert ("auth.reason", "tool has no `logout` (auth-provider.toml: clients.tool)") in told["test_gamma[tool]"]


def test_what_was_seen_of_other_contracts(mixed: Project) -> None:
    """Stands beside the facts of the contract that was checked, and is not taken for its verdict."""
    mixed.check("--junitxml=junit.xml")
    told = properties(mixed)["test_delta[tool]"]
    assert ("auth.verdict", "kept") in told
    (seen,) = (value for name, value in told if name == "auth.seen")
    assert seen.startswith("broken hygiene/no-secret-in-output: ")


def test_nothing_else_is_changed(mixed: Project) -> None:
    """Properties of the project's own tests are those that it recorded."""
    mixed.write("test_own.py", "def test_house(record_property):\n    record_property('mine', 1)\n")
    mixed.check("test_own.py", "--junitxml=junit.xml")
    assert properties(mixed)["test_house"] == [("mine", "1")]


def test_the_worst_of_several_phases_is_told() -> None:
    """A case that was kept and could not be torn down is unchecked."""
    kept, unchecked = ROW, replace(ROW, verdict=Verdict.UNCHECKED, reason="it hangs", proof=())
    given = [("mine", 1), *((PROPERTY, row.as_text()) for row in (kept, unchecked)), (TRACEBACK, "shown")]
    told = readable(given)
    assert told[0] == ("mine", 1)
    assert ("auth.verdict", "unchecked") in told
    assert ("auth.reason", "it hangs") in told
    assert PROPERTY not in dict(told)
    assert TRACEBACK not in dict(told)


def test_several_facts_of_a_kind_are_several_properties() -> None:
    """Each in its own place."""
    told = readable([(PROPERTY, ROW.as_text())])
    assert told[-2:] == [("auth.proof", "one"), ("auth.proof", "two")]


def test_the_facts_are_fields_of_a_row() -> None:
    """Their names are those of JSON reports."""
    assert set(FACTS) <= ROW.as_dict().keys()
