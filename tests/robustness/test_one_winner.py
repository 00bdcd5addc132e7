"""Whatever works once works once: two rounds of fifty for each rule. `python -m benchmarks --robustness` has 200."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.robustness.one_winner import RULES, Rule, Tally, race
from benchmarks.soak.run import free_port
from benchmarks.soak.scenarios import Site
from benchmarks.soak.subjects import Usage, in_memory


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A provider in a process of its own."""
    port = free_port()
    with in_memory(Path(tmp_path_factory.mktemp("site")), port):
        yield Site(port, lambda: Usage(0, 0))


def rounds(site: Site, rule: Rule) -> Tally:
    """Two rounds."""
    return asyncio.run(race(site, rule, 2))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_one_winner(site: Site, rule: Rule) -> None:
    """As many win as the rule says, everybody else is told what it says, and the winner's session fares as it says."""
    tally = rounds(site, rule)
    assert (tally.rounds, tally.requests, tally.wrong) == (2, 100, [])


def test_a_rule_that_does_not_hold_is_noticed(site: Site) -> None:
    """Another number of winners, another answer for the others, another end of the session."""
    rule = next(rule for rule in RULES if rule.name == "device code")
    for other in (replace(rule, winners=2), replace(rule, lost=401), replace(rule, lives=False)):
        assert len(rounds(site, other).wrong) == 2
