"""The command that runs one case again, given to a real pytest: it selects that case and no other."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.report.reproduce import command_of
from pytest_auth_provider.verdict import Verdict
from tests.support.sample_run import row

if TYPE_CHECKING:
    from tests.support.project import Project

THRIFT = row("house/thrift", Verdict.BROKEN, "tool")
CASES = ["test_thrift[tool-503]", "test_thrift[tool-html-503]", "test_thrift[tool-a b]"]


@pytest.fixture
def variants(project: Project) -> Project:
    """A contract in three variants, beside others with names that are alike."""
    case = "auth_provider: Provider, auth_client: Client, how: str"
    three = '@pytest.mark.parametrize("how", ["503", "html-503", "a b"])'
    project.contract("thrift", decorators=three, arguments=case)
    project.contract("thrift-503")
    project.contract("more-thrift")
    project.client()
    project.client("tool-503")
    return project


@pytest.mark.parametrize(
    ("variant", "selected"),
    [
        ("503", CASES[:1]),
        ("", CASES),
        ("a b", CASES[2:]),
    ],
)
def test_it_selects_this_case_alone(variants: Project, variant: str, selected: list[str]) -> None:
    """The contract of the row, in its variants, for its client."""
    assert _collected(variants, command_of(replace(THRIFT, variants=variant))) == selected


def test_it_selects_every_variant_that_ended_so(variants: Project) -> None:
    """And none of those that ended otherwise."""
    ended = {"503": Verdict.BROKEN, "html-503": Verdict.KEPT, "a b": Verdict.BROKEN}
    merged = replace(THRIFT, variants="503, a b", by_variant=ended)
    assert _collected(variants, command_of(merged)) == [CASES[0], CASES[2]]


def test_what_was_seen_under_another_contract(variants: Project) -> None:
    """It is seen again where it was seen."""
    seen = replace(row("hygiene/tokens-are-masked", Verdict.BROKEN, "tool"), seen_under=("house/thrift",))
    assert _collected(variants, command_of(seen)) == CASES


def test_every_word_is_quoted() -> None:
    """Whatever a client is called, a shell takes it for one word."""
    command = command_of(replace(THRIFT, client="$(touch x); 'y'"))
    assert shlex.split(command)[3] == "$(touch x); 'y'"


def _collected(project: Project, command: str) -> list[str]:
    """The names of the tests that a command selects."""
    program, *arguments = shlex.split(command)
    assert program == "pytest"
    lines = project.run(*arguments, "--collect-only", "-q").outlines
    return [line.rpartition("::")[2] for line in lines if "::" in line]
