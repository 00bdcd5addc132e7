"""`--auth-list`: the contracts, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_auth_provider.scenario import Scenario


def listing(scenarios: Sequence[Scenario]) -> str:
    """The contracts as a table: id, level, title, source."""
    width = max((len(scenario.id) for scenario in scenarios), default=0)
    lines = [f"{s.id:<{width}}  {s.level:<6}  {s.title}  ({s.source})" for s in scenarios]
    return "\n".join([*lines, "", f"{len(scenarios)} contracts"])
