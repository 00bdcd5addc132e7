"""docs/layers.md draws the layers that `lint-imports` keeps."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
LAYERED = {contract["id"]: contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"}


def page() -> str:
    """The text of the page."""
    return (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")


def block_below(heading: str) -> list[str]:
    """The lines of the first fenced block below a heading, whatever its level."""
    _, _, below = re.sub(r"(?m)^#+ `?([\w-]+)`?$", r"# \1", page()).partition(f"\n# {heading}\n")
    _, fence, rest = below.partition("\n```")
    assert fence, f"docs/layers.md has no block below a heading {heading!r}"
    return rest.partition("\n```")[0].splitlines()[1:]


@pytest.mark.parametrize("contract", LAYERED)
def test_the_layers_are_drawn_in_their_order(contract: str) -> None:
    """Below a heading with the id of the contract: one line for each layer, which begins as pyproject.toml names it."""
    assert [re.split(r"\s{2,}", line)[0] for line in block_below(contract)] == LAYERED[contract]


def test_every_contract_is_named() -> None:
    """Also those that have no layers."""
    assert [contract["id"] for contract in CONTRACTS if contract["id"] not in page()] == []
