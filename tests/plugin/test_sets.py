"""`--auth-contract`, `--auth-family`, `--auth-level` and `--auth-set`: a part of the catalogue, by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import auth_scenarios
from pytest_auth_provider import catalogue, sets

if TYPE_CHECKING:
    from tests.support.project import Project

OWN = Path(auth_scenarios.__file__).parent / "sets"


@pytest.fixture
def house(project: Project) -> Project:
    """A project with two contracts of its own: `house/politeness`, a SHOULD, and `house/punctuality`, a MUST."""
    project.client()
    project.contract("politeness", facts='level="SHOULD", promised_by={"x-polite": "always"}')
    project.contract("punctuality")
    (project.package / "sets").mkdir()
    (project.package / "sets" / "manners.txt").write_text("# what a guest is asked\nhouse/politeness  # at least\n")
    return project


def names(lines: list[str]) -> list[str]:
    """Return the ids of the contracts that a listing or a table names."""
    return [match[0] for line in lines if (match := re.match(r"[a-z0-9]+/[a-z0-9-]+", line.strip()))]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--auth-family", "house"], ["house/politeness", "house/punctuality"]),
        (["--auth-contract", "house/politeness"], ["house/politeness"]),
        (["--auth-family=house", "--auth-level=MUST"], ["house/punctuality"]),
        (["--auth-set", "manners"], ["house/politeness"]),
        (["--auth-set=manners", "--auth-level=MUST"], []),
    ],
)
def test_what_is_chosen_is_listed_and_run(house: Project, options: list[str], expected: list[str]) -> None:
    """By `--auth-list`, and by a run; a contract has to be in one of each kind that is given."""
    assert names(house.run("--auth-list", *options).outlines) == expected
    result = house.run("--auth-provider", "-v", *options)
    ran = {match[1] for line in result.outlines if (match := re.search(r"test_(\w+)\[tool\] \w+", line))}
    assert ran == {contract.partition("/")[2] for contract in expected}


def test_a_promise_makes_a_must_for_the_level_too(house: Project) -> None:
    """A SHOULD that the client has promised to keep is one of its MUSTs."""
    house.client("promises", '[clients.promises.policies]\nx-polite = "always"')
    result = house.run("--auth-provider", "-v", "--auth-family=house", "--auth-level=MUST")
    assert "test_politeness[promises]" in result.stdout.str()
    assert "test_politeness[tool]" not in result.stdout.str()


@pytest.fixture
def varied(project: Project) -> Project:
    """A project with a contract of three variants."""
    project.client()
    numbers = '@pytest.mark.parametrize("number", ["one", "two", "three"])'
    project.contract("counting", decorators=numbers, arguments="auth_client: Client, number: str")
    return project


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["house/counting"], {"one", "two", "three"}),
        (["house/counting[two]"], {"two"}),
        (["house/counting[two]", "house/counting[one]"], {"one", "two"}),
        (["house/counting[two]", "house/counting"], {"one", "two", "three"}),
    ],
)
def test_a_variant_is_chosen_by_its_name(varied: Project, options: list[str], expected: set[str]) -> None:
    """Behind the id of its contract; the id alone means all of them."""
    chosen = [f"--auth-contract={option}" for option in options]
    result = varied.run("--auth-provider", "-v", *chosen)
    ran = {match[1] for line in result.outlines if (match := re.search(r"test_counting\[tool-(\w+)\] \w+", line))}
    assert ran == expected


def test_a_variant_that_does_not_exist_is_a_message(varied: Project) -> None:
    """One that names those there are, also where there are none."""
    varied.contract("politeness")
    result = varied.run("--auth-provider", "--auth-contract=house/counting[four]")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['*house/counting has no variant "four": expected one of one, two, three'])
    result = varied.run("--auth-provider", "--auth-contract=house/politeness[four]")
    result.stderr.fnmatch_lines(['*house/politeness has no variant "four": it has none; name it without brackets'])


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--auth-contract", "refresh/two-proceses", 'did you mean "refresh/two-processes"?'),
        ("--auth-family", "refesh", 'no "refesh"; did you mean "refresh"?'),
        ("--auth-level", "must", "Expected one of MAY, MUST, SHOULD"),
        ("--auth-set", "rfc9999", "rfc8628"),
    ],
)
@pytest.mark.parametrize("command", ["--auth-list", "--auth-provider"])
def test_what_does_not_exist_is_a_message(project: Project, command: str, option: str, value: str, hint: str) -> None:
    """One that names the option, what came and what there is."""
    result = project.run(command, option, value)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = result.stderr.str()
    assert option in said
    assert hint in said
    assert "Traceback" not in said


def test_own_tests_of_a_project_are_not_left_out(house: Project) -> None:
    """What is chosen is a part of the catalogue; tests that are named beside it run all the same."""
    house.write("tests/test_own.py", "def test_own(): pass")
    result = house.run("--auth-provider", "-v", "--auth-set=manners", "tests")
    assert "test_own PASSED" in result.stdout.str()


def test_a_document_is_a_set_of_what_names_it() -> None:
    """`rfc8628` are the contracts whose source says RFC 8628."""
    found = sets.documents()["rfc8628"]
    assert "device/slow-down-adds-five-seconds" in found
    assert all("RFC 8628" in catalogue.find(contract).source for contract in found)


@pytest.mark.parametrize("path", sorted(OWN.glob("*.txt")), ids=lambda path: path.stem)
def test_every_contract_of_a_set_exists_once(path: Path) -> None:
    """A release that names a contract which is gone would ask less than it did, and nobody would know."""
    listed = sets.listed()[path.stem]
    assert listed
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(catalogue.ids())
