"""Clients that were never in a position to break a contract are not said to keep it."""

from __future__ import annotations

import pytest

from tests.zoo.lies import LIES, PROVED_BY
from tests.zoo.runs import Rows

CASES = [(client, contract, verdict) for client, said in LIES.items() for contract, verdict in said.items()]


@pytest.mark.parametrize(("client", "contract", "verdict"), CASES)
def test_a_lie_is_not_believed(lying: Rows, client: str, contract: str, verdict: str) -> None:
    """The verdict is what the lie deserves: unchecked, or an accusation where it was seen through."""
    row = lying[client][contract]
    assert row["verdict"] in verdict.split(" or "), f"{row['verdict']}: {row['reason']}\n{row['evidence']}"


@pytest.mark.parametrize("contract", sorted({contract for said in LIES.values() for contract in said}))
def test_the_same_program_without_a_lie_keeps_it(lying: Rows, contract: str) -> None:
    """It is the lie that matters, and not the program."""
    row = lying[PROVED_BY][contract]
    assert row["verdict"] == "kept", f"{row['verdict']}: {row['reason']}\n{row['evidence']}"
