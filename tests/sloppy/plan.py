"""What each sloppy client is run under in the matrix: its own contract, and as many others as there is time for.

A sloppy client differs from the reference client only under scenarios that call the function it replaces. Under all of
them, the matrix would grow with the square of the catalogue. So a fixed number of cases is shared out instead: a small
catalogue is tried whole, of a large one each sloppy client is tried under a sample, half of it from its own family.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from tests.sloppy.defects import Defect

OTHERS: Final = 400
"""Cases of contracts that are not their own, all together: what two processors do in two minutes."""


@dataclass(frozen=True)
class Reached:
    """One scenario in one variant, the contract it belongs to, and the functions that the reference client calls."""

    variant: str
    contract: str
    functions: frozenset[str]


def plan(defects: Collection[Defect], reached: Iterable[Reached], others: int = OTHERS) -> dict[str, list[str]]:
    """Return the name of each sloppy client -> the variants it is run under.

    These are all of its own contract, and the first one of each other contract in its share of `others`, one at least.
    """
    known = sorted(reached, key=lambda one: one.variant)
    share = max(1, others // max(1, len(defects)))
    return {defect.client: _variants(defect, known, share) for defect in defects}


def _variants(defect: Defect, known: Sequence[Reached], share: int) -> list[str]:
    touched = [one for one in known if defect.replaced in one.functions]
    first: dict[str, str] = {}
    for one in touched:
        first.setdefault(one.contract, one.variant)
    first.pop(defect.contract, None)
    own = [one.variant for one in touched if one.contract == defect.contract]
    return own + [first[contract] for contract in _spread(defect.contract, first)[:share]]


def _spread(contract: str, others: Iterable[str]) -> list[str]:
    """Return other contracts in the order in which they are worth trying: of its own family and of others in turn.

    Within both, the order is by chance, the same in every run: so each contract meets the sloppy clients of many.
    """
    by_chance = sorted(others, key=lambda other: hashlib.sha256(f"{contract} {other}".encode()).digest())
    near = [other for other in by_chance if _family(other) == _family(contract)]
    far = [other for other in by_chance if _family(other) != _family(contract)]
    return [other for other in chain.from_iterable(zip_longest(near, far)) if other is not None]


def _family(contract: str) -> str:
    return contract.partition("/")[0]
