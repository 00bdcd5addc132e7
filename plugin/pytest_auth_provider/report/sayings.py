"""Sayings of adapters that were never heard: patterns that contracts asked for and that matched nothing in a run.

A pattern that never matches makes a contract about what is said fail for nothing, or be kept for nothing. Each process
of a run notes in `user_properties` what was asked for and what matched; `never_heard` adds that up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.phrases import Phrase

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.outcome.outcome import Outcome

PROPERTY = "auth_sayings"
"""The name under which what was heard travels in `user_properties`."""


@dataclass(frozen=True)
class Heard:
    """What was asked of a client's output, and which patterns of its adapter matched: pairs of saying and pattern."""

    client: str
    asked: frozenset[str]
    matched: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, adapter: Adapter, outcomes: Iterable[Outcome]) -> Heard:
        """Return what was asked of these outcomes, and which patterns of the adapter match any of them."""
        outcomes = list(outcomes)
        matched = frozenset(
            (saying, pattern)
            for saying, phrase in adapter.says.items()
            for pattern, alone in _each(phrase)
            if any(alone.said_in(outcome.stdout, outcome.stderr) for outcome in outcomes)
        )
        return cls(adapter.name, frozenset(saying for outcome in outcomes for saying in outcome.asked), matched)

    def as_text(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps([self.client, sorted(self.asked), sorted(self.matched)])

    @classmethod
    def from_text(cls, text: str) -> Heard:
        """Return what is behind `as_text`."""
        client, asked, matched = json.loads(text)
        return cls(client, frozenset(asked), frozenset((saying, pattern) for saying, pattern in matched))


def never_heard(adapter: Adapter, heard: Iterable[Heard]) -> Iterator[str]:
    """Yield a sentence for each pattern of the adapter that was asked for and matched nothing."""
    own = [one for one in heard if one.client == adapter.name]
    asked = {saying for one in own for saying in one.asked}
    matched = {pair for one in own for pair in one.matched}
    for saying, phrase in adapter.says.items():
        for pattern, _alone in _each(phrase):
            if saying in asked and (saying, pattern) not in matched:
                yield (
                    f"{adapter.source}.says.{saying}: {json.dumps(pattern, ensure_ascii=False)} matched nothing that "
                    f"{adapter.name} printed in this run, although contracts asked for it."
                )


def _each(phrase: Phrase) -> Iterator[tuple[str, Phrase]]:
    """Yield each pattern of a phrase, with a phrase that has this pattern alone and takes nothing back."""
    alone: tuple[tuple[tuple[re.Pattern[str], ...], str], ...] = (
        (phrase.any, "any"),
        (phrase.stdout, "stdout"),
        (phrase.stderr, "stderr"),
    )
    for patterns, stream in alone:
        for pattern in patterns:
            yield pattern.pattern, Phrase(**{stream: (pattern,)})
