"""The documentation names everything there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.adapters.file_format import KEYS
from pytest_auth_provider.browser import Browser, Visit
from pytest_auth_provider.network.certificates import CA_VARIABLES

PAGE = (Path(__file__).parents[3] / "docs" / "browser-and-network.md").read_text(encoding="utf-8")

INTERNAL = {"close", "opened_by", "listen", "settle", "drive_with", "wait_for_visit", "last"}
INTERNAL |= {"ports", "due_in", "skip"}  # a surrounding of waits that are skipped (pytest_auth_provider.clock.waits)
DECISIONS = {name for name in vars(Browser) if not name.startswith("_")} - INTERNAL
FACTS = {name for name in Visit.__dataclass_fields__ if not name.startswith("_")} - {"command", "connections"}


@pytest.mark.parametrize("name", sorted({*KEYS[KEYS.index("browser") : KEYS.index("kind")], *CA_VARIABLES, *FACTS}))
def test_every_name_is_documented(name: str) -> None:
    """Keys, variables, and what a visit tells."""
    assert f"`{name}`" in PAGE or f"[clients.acme.{name}]" in PAGE


@pytest.mark.parametrize("decision", sorted(DECISIONS))
def test_every_decision_is_documented(decision: str) -> None:
    """Whatever a person can do."""
    assert f"`{decision}(" in PAGE
