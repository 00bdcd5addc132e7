"""What each sloppy client is run under: all of its own contract, and a fair sample of the others."""

from __future__ import annotations

from collections import Counter

from reference_client import refresh
from tests.sloppy.defects import Defect
from tests.sloppy.plan import OTHERS, Reached, plan


def defect(contract: str) -> Defect:
    """A sloppy client that replaces a function which every scenario calls."""
    return Defect(contract, refresh, "poison", hangs=False, also=(), replacement=lambda: None)


FUNCTION = "reference_client.refresh:poison"
FAMILIES = ("cache", "device", "refresh", "revoke", "storage")
CONTRACTS = [f"{family}/{number}" for family in FAMILIES for number in range(40)]
REACHED = [
    Reached(f"{contract}[{variant}]", contract, frozenset({FUNCTION})) for contract in CONTRACTS for variant in "ab"
]


def tried(variants: list[str]) -> list[str]:
    """The contracts of these variants."""
    return [variant.partition("[")[0] for variant in variants]


def test_a_small_catalogue_is_tried_whole() -> None:
    """Every variant of its own contract, and one of each other that calls the function."""
    reached = [
        *REACHED[:4],
        Reached("device/0[a]", "device/0", frozenset({FUNCTION})),
        Reached("device/1[a]", "device/1", frozenset({"reference_client.refresh:other"})),
    ]
    found = plan([defect("cache/0")], reached)
    assert found["cache.0"][:2] == ["cache/0[a]", "cache/0[b]"]
    assert sorted(found["cache.0"][2:]) == ["cache/1[a]", "device/0[a]"]


def test_a_large_one_costs_no_more_than_there_is_time_for() -> None:
    """The share of each is the same, half of it from its own family, and its own contract is always tried whole."""
    found = plan([defect(contract) for contract in CONTRACTS], REACHED)
    assert len(found) == 200
    for contract in CONTRACTS:
        variants = found[contract.replace("/", ".")]
        assert variants[:2] == [f"{contract}[a]", f"{contract}[b]"]
        others = tried(variants[2:])
        assert len(others) == len({*others}) == OTHERS // 200
        assert contract not in others
        assert sum(other.startswith(contract.partition("/")[0]) for other in others) == len(others) // 2
    assert [len(variants) for variants in plan([defect(CONTRACTS[0])], REACHED, others=0).values()] == [3]


def test_the_sample_is_spread_and_the_same_every_time() -> None:
    """Most contracts meet sloppy clients of others, and none meets many."""
    defects = [defect(contract) for contract in CONTRACTS]
    found = plan(defects, REACHED)
    assert plan(defects, reversed(REACHED)) == found
    met = Counter(other for variants in found.values() for other in tried(variants[2:]))
    assert len(met) > 150
    assert max(met.values()) < 12
