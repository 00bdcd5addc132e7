"""Whatever the lists of docs/catalogue promise is asked for by a contract, or they say why it is not."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pytest_auth_provider import catalogue

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "catalogue.md"
LISTS = sorted((ROOT / "docs" / "catalogue").glob("*.toml"))
CONTRACTS = {scenario.id for scenario in catalogue.scenarios()}

each_list = pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)


def entries(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return every row and every clause of a list, each with its members."""
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    assert kinds.keys() <= {"rows", "clauses"}
    return [entry for found in kinds.values() for entry in found.items()]


def test_the_page_is_up_to_date() -> None:
    """`python docs/build_catalogue.py > docs/catalogue.md` writes it."""
    command = [sys.executable, str(ROOT / "docs" / "build_catalogue.py")]
    written = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert PAGE.read_text(encoding="utf-8") == written


@each_list
def test_every_promise_is_asked_for_or_left_out_with_a_reason(path: Path) -> None:
    """Either by the contract of its own id, or by those it names, or it says in a sentence why by none."""
    for name, members in entries(path):
        assert ("left_out" in members) + bool(members.get("met_by")) <= 1, name
        if "left_out" in members:
            assert len(members["left_out"].split()) > 3, f"{name} is left out without a reason"
            assert name not in CONTRACTS, f"{name} is left out, and there is a contract of that name"
        else:
            assert {*members.get("met_by", [name])} <= CONTRACTS, f"{name} is asked for by no contract"


@each_list
def test_what_is_listed_says_what_it_asks_and_where_it_comes_from(path: Path) -> None:
    """Rows have links of the form `owner/repository#number: symptom`, clauses have a source."""
    for name, members in entries(path):
        assert name.startswith(f"{path.stem}/"), name
        assert members["asks"], name
        assert members.get("source") or members["evidence"], name
        for link in members.get("evidence", []):
            thread, _, symptom = link.partition(": ")
            repository, _, number = thread.partition("#")
            assert (repository.count("/"), number.isdigit(), bool(symptom)) == (1, True, True), link


def test_nothing_is_listed_twice_and_nothing_was_lost() -> None:
    """205 rows and 157 clauses: the numbers of the lists that the catalogue was planned with."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in LISTS]
    assert sum(len(kinds.get("rows", {})) for kinds in found) >= 205
    assert sum(len(kinds.get("clauses", {})) for kinds in found) >= 157
