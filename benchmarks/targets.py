"""What was promised of our speed, and whether this run bears it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.field import ES256, FLOOR, PARSING, RS256, Contender
from benchmarks.results import Results


@dataclass(frozen=True)
class Verdict:
    """One promise: what was measured, what it is held against, and whether it holds (None: nothing to compare with)."""

    promise: str
    measured: str
    against: str
    holds: bool | None


def judge(results: Results, field: Sequence[Contender]) -> list[Verdict]:
    """Every promise, in the order of the table."""
    peers = [contender for contender in field if contender.is_peer]
    return [
        _beside(results, FLOOR, "start to first 200 within 1.5 times a bare loop, which does not read what it answers"),
        _beside(results, PARSING, "start to first 200 within 1.5 times a loop that reads HTTP"),
        _least(results, peers, "start", "start to first 200 below every peer", "ms"),
        _at_most(results, "whole", "start + request + stop within 2 ms", 2.0),
        _most(results, peers, RS256, "discovery", "discovery at or above the fastest peer", 1.0),
        _most(results, peers, RS256, "jwks", "JWKS at or above the fastest peer", 1.0),
        _most(results, peers, RS256, "tokens", "token answers, RS256, at least 1.3 times the fastest peer", 1.3),
        _most(results, peers, ES256, "tokens", "token answers, ES256, at least 2.5 times the fastest peer", 2.5),
        _least(results, peers, "memory_tokens", "memory after 10,000 tokens below every peer", "MB")
        if results.tokens >= 10_000
        else _unknown("memory after 10,000 tokens below every peer"),
    ]


def _beside(results: Results, floor: Contender, promise: str) -> Verdict:
    ours, least = results.median(RS256, "start"), results.median(floor, "start")
    if ours is None or least is None:
        return _unknown(promise)
    against = f"{ours / least:.2f} times the {least:.2f} ms of the {floor.name}"
    return Verdict(promise, f"{ours:.2f} ms", against, ours <= 1.5 * least)


def _at_most(results: Results, measured: str, promise: str, limit: float) -> Verdict:
    ours = results.median(RS256, measured)
    return _unknown(promise) if ours is None else Verdict(promise, f"{ours:.2f} ms", f"{limit:g} ms", ours <= limit)


def _least(results: Results, peers: Sequence[Contender], measured: str, promise: str, unit: str) -> Verdict:
    ours, best = results.median(RS256, measured), results.best(peers, measured, most=False)
    if ours is None or best is None:
        return _unknown(promise)
    least, whose = best
    against = f"{ours / least:.2f} times the {least:.2f} {unit} of {whose}"
    return Verdict(promise, f"{ours:.2f} {unit}", against, ours < least)


def _most(
    results: Results, peers: Sequence[Contender], who: Contender, measured: str, promise: str, times: float
) -> Verdict:
    ours, best = results.median(who, measured), results.best(peers, measured, most=True)
    if ours is None or best is None:
        return _unknown(promise)
    most, whose = best
    return Verdict(
        promise, f"{ours:.0f}/s", f"{ours / most:.2f} times the {most:.0f}/s of {whose}", ours >= times * most
    )


def _unknown(promise: str) -> Verdict:
    return Verdict(promise, "-", "not measured", None)
