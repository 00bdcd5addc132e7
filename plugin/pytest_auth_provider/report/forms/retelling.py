"""What a report has told already: a client signs in the same way in every case, and that is told once.

Two commands are the same where a person would see no difference but in what is never the same twice: times, numbers of
exchanges, ports, tokens, the order of printed lines, and whether a sign-in was put back. A status, an exit code, a
fault or another word in the output makes another one of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.steps import Asked, Step

_NEVER_THE_SAME: Final = (
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), r"\1:port"),
    (re.compile(r"[\w%+/=~-]*\.\.\.[\w%+/=~-]*"), "..."),  # a token without its middle
    (re.compile(r"\d{4}[-/]\d\d[-/]\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?|\b\d\d:\d\d(:\d\d(\.\d+)?)?\b"), "time"),
    (re.compile(r"(?<= s) in an earlier case, put back|(?<=[sk]) \(\d+\.\d s of waits were skipped\)"), ""),
    (re.compile(r"\b\d+(\.\d+)? ?m?s\b"), "seconds"),
    (re.compile(r"\b1\d{9}(\.\d+)?\b"), "time"),  # in seconds since 1970, up to 2033
    (re.compile(r"\b[B-Z]{4}-[B-Z]{4}\b"), "user code"),
    (re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])\b[\w-]{16,200}\b"), "random"),
)
"""Patterns for what differs from run to run, and what stands for it where commands are compared."""


class Told:
    """The steps that were told so far, and under which contract."""

    def __init__(self) -> None:
        self._told: list[tuple[str, list[str]]] = []

    def retell(self, contract: str, steps: Sequence[Step]) -> tuple[str, int]:
        """Return under which contract the first commands were told already, and how many; remember all of them.

        The contract is "" and the number 0 where the first command is new.
        """
        new = [_essence(step) for step in steps]
        earlier, alike = max(
            ((name, _alike(told, new)) for name, told in self._told), key=lambda found: found[1], default=("", 0)
        )
        self._told.append((contract, new))
        return (earlier, alike) if alike else ("", 0)


def _alike(told: Sequence[str], new: Sequence[str]) -> int:
    """Return how many commands are the same, from the first one on."""
    return next(
        (number for number, (one, other) in enumerate(zip(told, new, strict=False)) if one != other),
        min(len(told), len(new)),
    )


def _essence(step: Step) -> str:
    """Return a command as text, without what is never the same twice."""
    exchanges = tuple(map(_timeless, step.exchanges))
    # Some languages print a map in an order of chance.
    text = render_evidence([replace(step, stdout=tuple(sorted(step.stdout)), exchanges=exchanges)])
    for pattern, word in _NEVER_THE_SAME:
        text = pattern.sub(word, text)
    return text


def _timeless(asked: Asked) -> Asked:
    return replace(asked, number=0, at=0.0)
