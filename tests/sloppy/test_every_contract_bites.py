"""Every contract of the catalogue can be broken, and by its own sloppy client alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider.catalogue import scenarios

CONTRACTS = [scenario.id for scenario in scenarios()]


def test_every_contract_has_a_sloppy_client(sloppy_programs: dict[str, Path]) -> None:
    """And every sloppy client a contract: one without the other would prove nothing."""
    assert sorted(name.replace(".", "/", 1) for name in sloppy_programs) == sorted(CONTRACTS)


def test_a_sloppy_client_says_what_is_wrong_with_it(
    sloppy_programs: dict[str, Path], overridden: Callable[[Path], str]
) -> None:
    """In one sentence; and it overrides one function, which is there."""
    for program in sloppy_programs.values():
        lines = program.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith('"""')
        assert lines[0].endswith('."""')
        assert overridden(program).startswith("reference_client")


def test_the_reference_client_keeps_every_contract(matrix: Any) -> None:
    """What breaks under a sloppy client is its defect, and nothing else."""
    assert matrix.reference == dict.fromkeys(CONTRACTS, "kept")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_sloppy_client_breaks_its_contract_and_no_other(matrix: Any, contract: str) -> None:
    """A scenario that bites, and bites nobody else: neither too weak nor about another contract's business."""
    verdicts = matrix.sloppy.get(contract.replace("/", ".", 1), {})
    assert {other: verdict for other, verdict in verdicts.items() if verdict != "kept"} == {contract: "broken"}
