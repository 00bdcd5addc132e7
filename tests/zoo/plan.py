"""Which contracts each client of the zoo is judged by, and the plugin that keeps an inner run to them.

Every contract for every client would take an hour. So a fixed number of verdicts is shared out: each client is judged
by a sample of the catalogue, by chance and the same in every run, in which each contract meets some clients. With
`ZOO_FULL=1` every client is judged by all of it; do that after a change of judgement.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.scenario import scenario_of_item

VERDICTS: Final = 600
"""How many verdicts all clients together are given where not all of them are."""
FULL: Final = "ZOO_FULL"
"""The variable that asks for all of them."""
PLAN: Final = "ZOO_PLAN"
"""The variable that names the JSON file with the plan of an inner run: client -> contracts."""

Plan = Mapping[str, Collection[str]]
"""Client -> the contracts that it is judged by."""


def plan(clients: Collection[str], contracts: Collection[str], verdicts: int = VERDICTS) -> dict[str, list[str]]:
    """Share `verdicts` out: return for each client the contracts that it is judged by, the same number for each."""
    share = len(contracts) if os.environ.get(FULL) else max(1, verdicts // max(1, len(clients)))
    return {client: sorted(_by_chance(client, contracts)[:share]) for client in clients}


def _by_chance(client: str, contracts: Collection[str]) -> list[str]:
    return sorted(contracts, key=lambda contract: hashlib.sha256(f"{client} {contract}".encode()).digest())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep to the plan that `ZOO_PLAN` names (in an inner run, loaded with `-p tests.zoo.plan`)."""
    wanted = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
    left = [item for item in items if _is_wanted(item, wanted)]
    config.hook.pytest_deselected(items=[item for item in items if item not in left])
    items[:] = left


def _is_wanted(item: pytest.Item, wanted: Plan) -> bool:
    scenario = scenario_of_item(item)
    client: str = getattr(item, "callspec").params["auth_client_name"]  # noqa: B009 - mypy knows no such member
    return scenario is not None and scenario.id in wanted.get(client, ())
