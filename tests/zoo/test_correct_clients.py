"""Correct clients that are different are accused of nothing that is not so, and left open is what has to be."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from tests.zoo.expected import EXPECTED
from tests.zoo.runs import CORRECT, Rows, judge, make_project

ACCUSATIONS = ("broken", "advice", "unstable")

each_client = pytest.mark.parametrize("client", EXPECTED)


@each_client
def test_accused_of_nothing_that_is_not_so(correct: Rows, client: str) -> None:
    """Nothing is broken, no advice is given that is not listed as true, and no two runs disagree."""
    skip_unless_here(client)
    accused = {
        contract: f"{row['verdict']}: {row['reason']}\n{row['evidence']}"
        for contract, row in correct[client].items()
        if row["verdict"] in ACCUSATIONS and not (row["verdict"] == "advice" and EXPECTED[client].is_true(contract))
    }
    assert not accused, "\n\n".join(f"{contract}: {why}" for contract, why in accused.items())


@each_client
def test_what_is_left_open_has_a_reason(correct: Rows, client: str) -> None:
    """What is not applicable or unchecked is listed, with a reason; everything else is kept, or true advice."""
    skip_unless_here(client)
    open_ = {
        contract: f"{row['verdict']}: {row['reason']}"
        for contract, row in correct[client].items()
        if row["verdict"] not in ("kept", *ACCUSATIONS, *EXPECTED[client].verdicts(contract))
    }
    assert not open_, "\n".join(f"{contract}: {what}" for contract, what in open_.items())


@each_client
def test_every_reason_is_needed(client: str) -> None:
    """No reason is listed for a contract that there is not."""
    idle = [
        pattern
        for pattern, verdict in EXPECTED[client].patterns()
        if not any(fnmatch(contract, pattern) for contract in catalogue.ids())
    ]
    assert not idle


def test_patience_is_not_a_hang(tmp_path: Path) -> None:
    """A client that waits 75 seconds for a silent provider, and then says so, is not accused of hanging."""
    make_project(tmp_path / "project", CORRECT.with_name("auth-provider.toml"), CORRECT)
    rows = judge(tmp_path / "project", {"patient": ["hygiene/bounded-time"]})
    assert rows["patient"]["hygiene/bounded-time"]["verdict"] == "kept", rows["patient"]["hygiene/bounded-time"][
        "reason"
    ]


def skip_unless_here(client: str) -> None:
    """Skip the test of a client whose program cannot run on this machine."""
    if not EXPECTED[client].can_run:
        pytest.skip(f"{EXPECTED[client].needs} is not installed")
