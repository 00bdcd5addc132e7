"""Every scenario against every subject, one after the other, and the table of what came of it."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import json
import os
import platform
import resource
import socket
import sys
import tempfile
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report
from benchmarks.peers import install_node
from benchmarks.soak.scenarios import SCENARIOS, Outcome, Site, Sizes
from benchmarks.soak.subjects import (
    WORKERS,
    Subject,
    in_memory,
    node_with_redis,
    one_with_redis,
    usage_of,
    workers_with_redis,
)

OWN = (
    Subject("one process, in memory", in_memory),
    Subject("one process, Redis", one_with_redis),
    Subject(f"gunicorn, {WORKERS} workers, Redis", workers_with_redis),
)
_COLUMNS = ("load", "subject", "answers/s", "p50, ms", "p99, ms", "MB", "threads", "not 200", "")


@dataclass(frozen=True)
class Row:
    """One scenario against one subject; `outcome` is why it could not be run, if that is a text."""

    scenario: str
    subject: str
    outcome: Outcome | str

    @property
    def cells(self) -> list[str]:
        """What stands in the table."""
        outcome = self.outcome
        if isinstance(outcome, str):
            return [self.scenario, self.subject, *["-"] * 6, outcome]
        measured, usage = outcome.measured, outcome.usage
        others = ", ".join(f"{n} x {status}" for status, n in sorted(measured.statuses.items()) if status != 200)
        times = [f"{measured.percentile(share):.1f}" for share in (0.5, 0.99)]
        figures = [f"{measured.per_second:.0f}", *times, f"{usage.megabytes:.0f}", str(usage.threads)]
        return [self.scenario, self.subject, *figures, others or "-", outcome.remark]


class Kept:
    """Rows of the table that were measured before, in a file of JSON lines; without a file none is kept.

    Only rows of the same sizes count, and none that could not be run.
    """

    def __init__(self, file: Path | None, sizes: Sizes) -> None:
        self._file = file
        self._sizes = dataclasses.asdict(sizes)
        lines = file.read_text(encoding="utf-8").splitlines() if file is not None and file.exists() else []
        found = [json.loads(one) for one in lines]
        self.rows: dict[tuple[str, str], list[str]] = {
            (one["cells"][0], one["cells"][1]): one["cells"] for one in found if one["sizes"] == self._sizes
        }

    def add(self, row: Row) -> None:
        """Keep a row, at once."""
        self.rows[row.scenario, row.subject] = row.cells
        if self._file is not None and not isinstance(row.outcome, str):
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"sizes": self._sizes, "cells": row.cells}) + "\n")


def soak(sizes: Sizes, peers: Path | None, kept: Path | None = None) -> str:
    """Run all of it and return the table; `peers` is where the peer in node is installed, None leaves it out.

    Rows are kept in the file `kept` as soon as they are measured; those that are there are not measured again.
    """
    _allow_many_files()
    load = os.getloadavg()[0]
    subjects = [*OWN]
    if peers is not None and not install_node(peers, ("oidc-provider", "ioredis")):
        serving = functools.partial(node_with_redis, peers / "node")
        subjects.append(Subject("oidc-provider (node), Redis", serving, ("opaque tokens",)))
    before = Kept(kept, sizes)
    for row in run(subjects, sizes, done=before.rows.keys()):
        before.add(row)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before it began"
    return f"{machine}; {sizes}\n\n{table(before.rows.values())}"


def run(subjects: Iterable[Subject], sizes: Sizes, done: Container[tuple[str, str]] = ()) -> Iterator[Row]:
    """Yield a row for each scenario and subject that is not `done`; each begins with a subject of its own."""
    subjects = tuple(subjects)
    for name in SCENARIOS:
        for subject in subjects:
            if (not subject.scenarios or name in subject.scenarios) and (name, subject.name) not in done:
                print(f"+ {name}: {subject.name}", file=sys.stderr)
                yield Row(name, subject.name, _load(subject, name, sizes))


def _load(subject: Subject, scenario: str, sizes: Sizes) -> Outcome | str:
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        try:
            with subject.serving(Path(directory), port) as processes:
                site = Site(port, functools.partial(usage_of, processes))
                return asyncio.run(_bounded(scenario, site, sizes))
        except Exception as error:  # what goes wrong with one load is told, and the others are still run
            return f"{type(error).__name__}: {error}"


async def _bounded(scenario: str, site: Site, sizes: Sizes) -> Outcome:
    return await SCENARIOS[scenario](site, sizes)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return the cells of rows as a table in Markdown, one scenario below the other."""
    order = list(SCENARIOS)
    ordered = sorted(rows, key=lambda cells: order.index(cells[0]))
    return "\n".join(report.table(_COLUMNS, ordered))


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _allow_many_files() -> None:
    """Let this process, and those it starts, open as many files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
