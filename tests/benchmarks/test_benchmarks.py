"""The benchmarks run: on our own contenders, with counts that measure nothing. Speed itself is never tested here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.field import FLOOR, OURS, PARSING, RS256, Contender
from benchmarks.measures import Counts, measure
from benchmarks.process import BrokenContenderError, Child
from benchmarks.report import Report, terminal
from benchmarks.results import MEASURES, Results
from benchmarks.targets import judge
from benchmarks.where_time_goes import Profile

LITTLE = Counts(rounds=1, cycles=1, cycle_seconds=0.0, rate_seconds=0.01, tokens=3)
BROKEN = Contender("a peer", (sys.executable, "-c", "raise SystemExit('it is not in the mood')"), package="a-peer")


@pytest.fixture(scope="module")
def results() -> Results:
    """One run over our own contenders and a peer that does not start."""
    measured = Results()
    measure([*OURS, BROKEN], LITTLE, measured)
    return measured


@pytest.mark.parametrize("contender", OURS, ids=lambda contender: contender.name)
def test_everything_is_measured(results: Results, contender: Contender) -> None:
    """Each contender of ours has every figure, the floor all but those of tokens."""
    there = {measured for measured in MEASURES if results.median(contender, measured)}
    assert there == set(MEASURES) - ({"tokens", "memory_tokens"} if contender in (FLOOR, PARSING) else set())


def test_peer_that_does_not_start_is_named(results: Results) -> None:
    """A peer that breaks has its reason in its row's stead, and stops nobody else."""
    assert "it is not in the mood" in results.broken["a peer"]


def test_own_contender_that_breaks_stops_the_run() -> None:
    """What is ours may not break."""
    with pytest.raises(
        BrokenContenderError, match=r"no answer to 'cycle 1': .*No module named benchmarks\.contenders\.no"
    ):
        measure([Contender("ours", (sys.executable, "-m", "benchmarks.contenders.no"))], LITTLE, Results())


def test_memory_counts_the_whole_tree() -> None:
    """A contender's memory is that of the processes it started, too."""
    with Child(RS256) as child:
        child.ask("cycle 1")
        assert child.megabytes > 10


def test_report_says_what_was_found(results: Results, tmp_path: Path) -> None:
    """The page holds a row for everybody, every promise with its verdict, and where the time goes."""
    field = [*OURS, BROKEN]
    report = Report(field, results, [Profile("token", "ES256", answers=2)], {"b": "could not be installed: no"}, 0.5)
    page = report.markdown()
    for said in (*(one.name for one in field), *(verdict.promise for verdict in judge(results, field)), "token, ES256"):
        assert said in page
    assert "b: could not be installed: no" in page
    assert "it is not in the mood" in terminal(report)
