"""Every scenario against every subject, one after the other, and the table of what came of it."""

from __future__ import annotations

import asyncio
import functools
import os
import platform
import resource
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def soak(sizes: Sizes, peers: Path | None) -> str:
    """Run all of it and return the table; `peers` is where the peer in node is installed, None leaves it out."""
    _allow_many_files()
    load = os.getloadavg()[0]
    subjects = [*OWN]
    if peers is not None and not install_node(peers, ("oidc-provider", "ioredis")):
        serving = functools.partial(node_with_redis, peers / "node")
        subjects.append(Subject("oidc-provider (node), Redis", serving, ("opaque tokens",)))
    rows = list(run(subjects, sizes))
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before it began"
    return f"{machine}; {sizes}\n\n{table(rows)}"


def run(subjects: Iterable[Subject], sizes: Sizes) -> Iterator[Row]:
    """Yield a row for each scenario and subject; each begins with a subject of its own."""
    subjects = tuple(subjects)
    for name in SCENARIOS:
        for subject in subjects:
            if not subject.scenarios or name in subject.scenarios:
                print(f"+ {name}: {subject.name}", file=sys.stderr)
                yield Row(name, subject.name, _load(subject, name, sizes))


def _load(subject: Subject, scenario: str, sizes: Sizes) -> Outcome | str:
    port = _free_port()
    with tempfile.TemporaryDirectory() as directory:
        try:
            with subject.serving(Path(directory), port) as processes:
                site = Site(port, functools.partial(usage_of, processes))
                return asyncio.run(_bounded(scenario, site, sizes))
        except (OSError, RuntimeError) as error:
            return f"{type(error).__name__}: {error}"


async def _bounded(scenario: str, site: Site, sizes: Sizes) -> Outcome:
    return await SCENARIOS[scenario](site, sizes)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
    return "\n".join([*lines, *(_line(_cells(row)) for row in rows)])


def _cells(row: Row) -> list[str]:
    outcome = row.outcome
    if isinstance(outcome, str):
        return [row.scenario, row.subject, *["-"] * 6, outcome]
    measured, usage = outcome.measured, outcome.usage
    others = ", ".join(f"{n} x {status}" for status, n in sorted(measured.statuses.items()) if status != 200)
    times = [f"{measured.percentile(share):.1f}" for share in (0.5, 0.99)]
    figures = [f"{measured.per_second:.0f}", *times, f"{usage.megabytes:.0f}", str(usage.threads)]
    return [row.scenario, row.subject, *figures, others or "-", outcome.remark]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _allow_many_files() -> None:
    """Let this process, and those it starts, open as many files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
