"""What a mutant is: one change in one function, and nothing else."""

from __future__ import annotations

from tests.mutants.mutations import mutants
from tests.mutants.runs import all_mutants

SOURCE = """
LIMIT = 3

class Store:
    def take(self, key):
        if not key and LIMIT > 2:
            raise KeyError(key)
        self.note(key)
        return key

    @property
    def size(self):
        return 1

def outer(found):
    if found:
        return 7
    return None
"""


def test_every_small_slip_is_made_once() -> None:
    """Comparisons, connections, conditions, effects and numbers; not what stands outside, nor what is decorated."""
    made = [(mutant.function, mutant.change) for mutant in mutants("shop", SOURCE)]
    assert sorted(made) == [
        ("shop:Store.take", "2  ->  3"),
        ("shop:Store.take", "LIMIT > 2  ->  LIMIT <= 2"),
        ("shop:Store.take", "not key  ->  key"),
        ("shop:Store.take", "not key and LIMIT > 2  ->  not key or LIMIT > 2"),
        ("shop:Store.take", "raise KeyError(key)  ->  pass"),
        ("shop:Store.take", "self.note(key)  ->  pass"),
        ("shop:outer", "7  ->  8"),
        ("shop:outer", "if found: return 7  ->  if not found: return 7"),
    ]


def test_a_mutant_is_the_module_with_that_change_alone() -> None:
    """The rest is what it was."""
    before = SOURCE.split()
    (mutant,) = (one for one in mutants("shop", SOURCE) if one.change == "self.note(key)  ->  pass")
    assert mutant.source.split() == [
        *before[: before.index("self.note(key)")],
        "pass",
        *before[before.index("self.note(key)") + 1 :],
    ]
    assert mutant.line == 8


def test_there_are_mutants_of_every_module_that_matters() -> None:
    """Of the reference client as it is."""
    modules = {mutant.function.partition(":")[0] for mutant in all_mutants()}
    assert {"reference_client.refresh", "reference_client.store", "reference_client.flows.device"} <= modules
