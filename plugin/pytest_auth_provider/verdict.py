"""Verdicts: what can be said of one client and one contract after a run, and the exception that accuses a client."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """The verdicts, from the worst to the best; where a contract was checked several times, the worst one holds."""

    BROKEN = "broken"
    UNSTABLE = "unstable"
    """Two runs of the same check disagreed: one accused the client, the other did not. It accuses nobody."""
    UNCHECKED = "unchecked"
    """The check itself did not come about: no login, a fault that nothing met, nothing that shows it could fail."""
    STALE = "stale deviation"
    """A deviation is declared, and the contract is kept."""
    ADVICE = "advice"
    """A SHOULD that was not kept; fails only under --auth-strict."""
    DEVIATION = "deviation"
    """A known failure, declared in the adapter with its reason."""
    KEPT = "kept"
    NOT_APPLICABLE = "not applicable"

    @property
    def fails(self) -> bool:
        """Whether a run with this verdict in it has failed."""
        return self in (Verdict.BROKEN, Verdict.UNSTABLE, Verdict.UNCHECKED, Verdict.STALE)

    @property
    def accuses(self) -> bool:
        """Whether it says that the client does not keep the contract, where no deviation is declared."""
        return self in (Verdict.BROKEN, Verdict.ADVICE)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that holds where there are several. Raises `ValueError` where there is none."""
    order = list(Verdict)
    return min(verdicts, key=order.index)


class ContractBroken(AssertionError):  # noqa: N818 - it reads as what happened
    """Accuse the client under test: `expected` says in words what the contract asks for, `actual` what happened.

    The verbs of `auth_scenarios.verify` raise it, and a contract may raise it itself. Both texts reach every report as
    they are; their first lines stand behind the labels `Expected:` and `Actual:`, further lines follow below. Whether
    the accusation makes the contract broken, advice or a declared deviation is not decided here.
    """

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(expected, actual)
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return f"Expected: {self.expected}\nActual:   {self.actual}"
