"""All of it in full size, and the table of how often each was tried and what was wrong."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import table
from benchmarks.robustness import kills, odd_adapters, one_winner
from benchmarks.soak.run import OWN, free_port
from benchmarks.soak.scenarios import Site
from benchmarks.soak.subjects import Subject, Usage

_SEED = 1
_COLUMNS = ("what", "how often", "seconds", "wrong", "")


@dataclass(frozen=True)
class Sizes:
    """How many rounds each rule with one winner has, how often each command is killed at random, how many odd files."""

    rounds: int = 200
    kills: int = 40
    files: int = 20_000

    def times(self, share: float) -> Sizes:
        """Return that share of each, at least one."""
        return Sizes(*(max(1, round(size * share)) for size in (self.rounds, self.kills, self.files)))


@dataclass(frozen=True)
class Row:
    """One thing that was tried: how often, for how many seconds, and what was wrong."""

    what: str
    times: str
    seconds: float
    wrong: list[str]
    remark: str = ""


def try_all(sizes: Sizes) -> tuple[str, bool]:
    """Try all of it; return the table, and whether nothing was wrong."""
    rows = list(_rows(sizes))
    cells = ([row.what, row.times, f"{row.seconds:.0f}", str(len(row.wrong)), row.remark] for row in rows)
    told = [*table(_COLUMNS, cells)]
    told += [f"\n{row.what}: {one}" for row in rows for one in row.wrong]
    return "\n".join(told), not any(row.wrong for row in rows)


def _rows(sizes: Sizes) -> Iterator[Row]:
    for subject in OWN:
        yield from _races(subject, sizes.rounds)
    yield from _kills(sizes.kills)
    yield _files(sizes.files)


def _races(subject: Subject, rounds: int) -> Iterator[Row]:
    """Race for whatever works once, against one subject."""
    _announce(f"one winner: {subject.name}")
    port = free_port()
    with tempfile.TemporaryDirectory() as directory, subject.serving(Path(directory), port):
        for rule in one_winner.RULES:
            tally = asyncio.run(one_winner.race(Site(port, lambda: Usage(0, 0)), rule, rounds))
            times = f"{tally.rounds} x {one_winner.MANY}"
            yield Row(f"{rule.name}: {subject.name}", times, tally.seconds, tally.wrong)


def _kills(times: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory, kills.Torment(Path(directory)) as torment:
        for case in kills.CASES:
            _announce(f"kills: {case.name}")
            began = time.perf_counter()
            tallies = [
                torment.at_every_step(case),
                torment.at_every_answer(case),
                torment.at_random(case, times, _SEED),
            ]
            counts = " + ".join(str(tally.kills) for tally in tallies)
            wrong = [one for tally in tallies for one in tally.wrong]
            lost = sum(tally.lost for tally in tallies)
            remark = f"{lost} times the answer was not stored yet" if lost else ""
            yield Row(f"kills: {case.name}", counts, time.perf_counter() - began, wrong, remark)


def _files(count: int) -> Row:
    _announce("odd adapters")
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        tally = odd_adapters.read_odd_files(Path(directory), count, _SEED)
    remark = f"{tally.read} read, {tally.refused.total()} refused, {tally.slowest:.2f} s of CPU time at most"
    return Row("odd adapters", str(count), time.perf_counter() - began, tally.wrong, remark)


def _announce(what: str) -> None:
    print(f"+ {what}", file=sys.stderr, flush=True)
