"""Every contract of the catalogue can be broken, and by its own sloppy client alone."""

from __future__ import annotations

import pytest

from pytest_auth_provider.catalogue import scenarios
from pytest_auth_provider.scenario import Scenario
from tests.sloppy.defects import load_defects
from tests.sloppy.runs import Matrix, expected_verdict

CONTRACTS = {scenario.id: scenario for scenario in scenarios()}
DEFECTS = load_defects()
ACCUSATIONS = ("broken", "advice", "unstable")


def test_every_contract_has_a_sloppy_client() -> None:
    """And every sloppy client a contract: one without the other would prove nothing."""
    assert sorted(DEFECTS) == sorted(CONTRACTS)


def test_a_sloppy_client_says_what_is_wrong_with_it() -> None:
    """In one sentence; and it replaces one function, which is there."""
    for defect in DEFECTS.values():
        assert defect.story.endswith(".")
        assert defect.replaced.startswith("reference_client")


def test_the_reference_client_keeps_every_contract(matrix: Matrix) -> None:
    """What breaks under a sloppy client is its defect, and nothing else."""
    assert matrix.reference == dict.fromkeys(CONTRACTS, "kept")


@pytest.mark.parametrize("scenario", [pytest.param(s, id=s.id) for s in CONTRACTS.values()])
def test_a_sloppy_client_breaks_its_contract_and_no_other(matrix: Matrix, scenario: Scenario) -> None:
    """A scenario that bites, and bites nobody else: neither too weak nor about another contract's business."""
    defect = DEFECTS[scenario.id]
    verdicts = dict(matrix.sloppy.get(defect.client, {}))
    assert verdicts.pop(scenario.id, None) == expected_verdict(scenario)
    accused = {other: verdict for other, verdict in verdicts.items() if verdict in ACCUSATIONS}
    assert [other for other in accused if not defect.may_break(other)] == []
