"""Verdicts: what can be said of one client and one contract after a run."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The verdicts, from the worst to the best; where a contract was checked several times, the worst one holds."""

    BROKEN = "broken"
    UNCHECKED = "unchecked"
    """The check itself did not come about: no login, or a fault that nothing met."""
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
        return self in (Verdict.BROKEN, Verdict.UNCHECKED, Verdict.STALE)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict that holds where there are several."""
    order = list(Verdict)
    return min(verdicts, key=order.index)
