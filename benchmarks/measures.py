"""What is measured. Contenders take turns in every round, so that a busy machine is unfair to nobody."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from benchmarks.client import Load, Rate
from benchmarks.contenders.child import DISCOVERY
from benchmarks.field import ROOT, Contender
from benchmarks.process import BrokenContenderError, Child
from benchmarks.results import Results


@dataclass(frozen=True)
class Counts:
    """How much is measured: enough for steady medians, or little for a smoke test."""

    rounds: int = 5
    cycles: int = 20
    """Starts and stops of one contender in one round; slow ones do fewer, within `cycle_seconds`."""
    cycle_seconds: float = 1.0
    rate_seconds: float = 0.8
    """How long each rate is measured in one round."""
    tokens: int = 10_000
    """How many tokens before the memory is measured again."""
    token_seconds: float = 40.0
    """When to give up on them."""


def measure(field: Sequence[Contender], counts: Counts, results: Results) -> None:
    """Measure everybody. A peer that breaks is left out from there on, with its reason in `results`."""
    results.rounds, results.tokens = counts.rounds, counts.tokens
    with ExitStack() as running:
        children: list[Child] = []
        for contender in field:
            results.attempt(contender, partial(_warm, running, contender, children))
        for number in range(counts.rounds):
            print(f"round {number + 1} of {counts.rounds}", file=sys.stderr)
            for child in children:
                results.attempt(child.contender, partial(_round, child, counts, results))
    for contender in field:
        print(f"memory of {contender.name}", file=sys.stderr)
        results.attempt(contender, partial(_memory, contender, counts, results))


def _warm(running: ExitStack, contender: Contender, children: list[Child]) -> None:
    """Add a child that started and stopped once: that one paid for imports and first keys."""
    child = running.enter_context(Child(contender))
    child.ask("cycle 1")
    children.append(child)


def _round(child: Child, counts: Counts, results: Results) -> None:
    _starts(child, counts, results)
    _rates(child, counts, results)


def _starts(child: Child, counts: Counts, results: Results) -> None:
    [[_, whole]] = child.ask("cycle 1")
    times = max(1, min(counts.cycles, int(counts.cycle_seconds * 1000 / whole)))
    for first, until_stopped in child.ask(f"cycle {times}"):
        results.add(child.contender, "start", first)
        results.add(child.contender, "whole", until_stopped)


def _rates(child: Child, counts: Counts, results: Results) -> None:
    loads = opened(child)
    for measured, load in loads.items():
        rate = _ask(dataclasses.replace(load, seconds=counts.rate_seconds, warm=20))
        results.add(child.contender, measured, rate.per_second)
    child.ask("close")


def _memory(contender: Contender, counts: Counts, results: Results) -> None:
    with Child(contender) as child:
        loads = opened(child)
        _ask(dataclasses.replace(loads["discovery"], answers=1))
        results.add(contender, "memory_start", child.megabytes)
        if "tokens" not in loads:
            return
        rate = _ask(dataclasses.replace(loads["tokens"], answers=counts.tokens, seconds=counts.token_seconds))
        results.add(contender, "memory_tokens", child.megabytes)
        if rate.answers < counts.tokens:
            results.notes[contender.name] = f"memory after {rate.answers} tokens: it had {counts.token_seconds:g} s"


def opened(child: Child) -> dict[str, Load]:
    """Start a contender to stay, and what to ask of it, by measure."""
    answer: dict[str, Any] = child.ask("open")
    port: int = answer["port"]
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://localhost:{port}{DISCOVERY}", timeout=10) as document:
        metadata = json.load(document)
    loads = {"discovery": Load(port, DISCOVERY), "jwks": Load(port, urlsplit(metadata["jwks_uri"]).path)}
    if answer["token"] is not None and child.contender.grant:
        loads["tokens"] = Load(port, urlsplit(metadata["token_endpoint"]).path, **answer["token"])
    return loads


def _ask(load: Load) -> Rate:
    """What a client in another process gets."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"],
        input=json.dumps(dataclasses.asdict(load)),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise BrokenContenderError(done.stderr.strip().splitlines()[-1])
    return Rate(**json.loads(done.stdout))
