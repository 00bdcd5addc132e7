"""Correct clients that are different are accused of nothing, and what is left open of them is what has to be."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.zoo.expected import EXPECTED
from tests.zoo.runs import CORRECT, Rows, judge, make_project

ACCUSATIONS = ("broken", "advice", "unstable")

each_client = pytest.mark.parametrize("client", EXPECTED)


@each_client
def test_accused_of_nothing(correct: Rows, client: str) -> None:
    """No contract is broken, no advice given, and no two runs disagree."""
    skip_unless_here(client)
    accused = {
        contract: f"{row['verdict']}: {row['reason']}\n{row['evidence']}"
        for contract, row in correct[client].items()
        if row["verdict"] in ACCUSATIONS
    }
    assert not accused, "\n\n".join(f"{contract}: {why}" for contract, why in accused.items())


@each_client
def test_what_is_left_open_has_a_reason(correct: Rows, client: str) -> None:
    """What is not applicable or unchecked is what is listed, with a reason; everything else is kept."""
    skip_unless_here(client)
    found = {contract: row["verdict"] for contract, row in correct[client].items()}
    wanted = {contract: EXPECTED[client].verdict(contract) for contract in found}
    differing = {
        contract: f"{found[contract]}, expected {wanted[contract]}: {correct[client][contract]['reason']}"
        for contract in found
        if found[contract] != wanted[contract]
    }
    assert not differing, "\n".join(f"{contract}: {what}" for contract, what in differing.items())


@each_client
def test_every_reason_is_needed(correct: Rows, client: str) -> None:
    """No reason is listed for a contract that there is not."""
    skip_unless_here(client)
    idle = [
        pattern
        for pattern, verdict in EXPECTED[client].patterns()
        if not any(fnmatch(contract, pattern) for contract in correct[client])
    ]
    assert not idle


def test_patience_is_not_a_hang(tmp_path: Path) -> None:
    """A client that waits 75 seconds for a silent provider, and then says so, is not accused of hanging."""
    make_project(tmp_path / "project", CORRECT.with_name("auth-provider.toml"), CORRECT)
    rows = judge(tmp_path / "project", ["patient"], "-k", "bounded_time")
    assert rows["patient"]["hygiene/bounded-time"]["verdict"] == "kept", rows["patient"]["hygiene/bounded-time"][
        "reason"
    ]


def skip_unless_here(client: str) -> None:
    """Skip the test of a client whose program cannot run on this machine."""
    if not EXPECTED[client].can_run:
        pytest.skip(f"{EXPECTED[client].needs} is not installed")
