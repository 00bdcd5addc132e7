"""The reference client is killed at some of the moments at which `python -m benchmarks --robustness` kills it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.robustness.kills import CASES, Case, Tally, Torment


@pytest.fixture
def torment(tmp_path: Path) -> Iterator[Torment]:
    """A provider and a home."""
    with Torment(tmp_path) as torment:
        yield torment


def check(tally: Tally, kills: int) -> None:
    """It was killed that often at least, and nothing was wrong."""
    assert tally.wrong == []
    assert tally.kills >= kills


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_steps(torment: Torment, case: Case) -> None:
    """Before every fourth step that it takes."""
    check(torment.at_every_step(case, every=4), 4)


@pytest.mark.parametrize("case", [CASES[0], CASES[2]], ids=lambda case: case.name)
def test_answers(torment: Torment, case: Case) -> None:
    """As requests arrive, and while answers do; only a refresh that the provider made, and nobody stored, loses it."""
    tally = torment.at_every_answer(case)
    check(tally, 7)  # the last answer may be whole and stored before the client is killed
    assert tally.lost in ((3, 4) if case.name == "refresh" else (0,))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_chance(torment: Torment, case: Case) -> None:
    """At random."""
    check(torment.at_random(case, 2, seed=1), 2)
