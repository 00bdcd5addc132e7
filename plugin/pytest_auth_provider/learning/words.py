"""The words that a client has for one situation alone: regular expressions for `[says]`, taken from what it printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pytest_auth_provider.adapters.field_types import PATTERN_FLAGS
from pytest_auth_provider.adapters.phrases import Phrase, plain
from pytest_auth_provider.learning.situations import Heard
from pytest_auth_provider.outcome.outcome import Outcome

TOLD_BY_ITSELF: Final = frozenset({"signed_in", "denied", "expired", "not_signed_in", "signed_out"})
"""Sayings that a situation tells by itself: what is printed in it alone can mean nothing else.

The others are advice to a person or a claim about the provider. Whether words that nobody knows give that advice or
make that claim is for a person to say.
"""
_CHANGING: Final = re.compile(
    r"\S*(?:://|[/@\\])\S*"  # addresses and paths
    r"|\S*\d\S*"  # numbers, times, codes, ids
    r"|\S*[A-Za-z0-9_~.-]{24,}\S*"  # tokens
    r"|(?<![\w'])'[^']*'(?![\w'])|\"[^\"]*\"|`[^`]*`"  # what is quoted is somebody else's
    r"|[()\[\]{}<>|\x00-\x08\x0b-\x1f\x7f]+"
)
"""Parts of a line that may be different the next time."""
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
"""What a piece of a line begins or ends with that is no word."""
_NAME: Final = re.compile(r"\w+_\w+")
"""A name out of a program or a protocol, as in `error_description`."""
_LEAST_LETTERS: Final = 8
"""Letters that a piece of a line has at least, so that it is not found elsewhere by chance."""
_MOST: Final = 80
"""Characters of a pattern."""


@dataclass(frozen=True)
class Guess:
    """A pattern for a saying, the line it was taken from, and the situation in which that was printed.

    `certain` where the situation alone shows what the line means; else a person has to say whether it does.
    """

    saying: str
    pattern: str
    line: str
    situation: str
    certain: bool


def guess_words(signed_in: Outcome, heard: Sequence[Heard], person: Iterable[str] = ()) -> list[Guess]:
    """Return a guess for each saying that the usual phrases did not find in its own situation, the first one for each.

    `signed_in` is the outcome of an undisturbed login. `person` are texts that stand for who signs in: they are of one
    sign-in and no words of the client.
    """
    people = tuple(text for text in person if text)
    printed: list[tuple[str, tuple[str, ...], Outcome]] = [("signed in", ("signed_in",), signed_in)]
    printed += [(one.situation.name, one.situation.sayings, one.outcome) for one in heard if one.outcome is not None]
    known = {saying for _name, sayings, outcome in printed for saying in sayings if outcome.says(saying)}
    guesses: dict[str, Guess] = {}
    for name, sayings, outcome in printed:
        if not sayings or sayings[0] in known or sayings[0] in guesses or any(map(outcome.says, sayings)):
            continue
        if outcome.crash:  # what an interpreter prints of it is nobody's words
            continue
        others = [other for _name, theirs, other in printed if not set(sayings) & set(theirs)]
        if found := _only_here(outcome, others, people):
            pattern, line = found
            certain = sayings[0] in TOLD_BY_ITSELF and _is_compared(outcome, others)
            guesses[sayings[0]] = Guess(sayings[0], pattern, line, name, certain)
    return list(guesses.values())


def _only_here(outcome: Outcome, others: Sequence[Outcome], people: Sequence[str]) -> tuple[str, str] | None:
    """Return a pattern that this outcome's own words match and no other's do, and the line; the last such line."""
    for line in reversed([line for stream in (outcome.stdout, outcome.stderr) for line in plain(stream).splitlines()]):
        for piece in sorted(_pieces(line, people), key=len, reverse=True):
            phrase = Phrase(any=(re.compile(pattern := _pattern(piece), PATTERN_FLAGS),))
            if _said(phrase, outcome) and not any(_said(phrase, other) for other in others):
                return pattern, line.strip()
    return None


def _is_compared(outcome: Outcome, others: Sequence[Outcome]) -> bool:
    """Return whether there was another login that failed, to tell this one from: some say the same of every failure."""
    return outcome.action != "login" or any(other.action == "login" and not other.ok for other in others)


def _said(phrase: Phrase, outcome: Outcome) -> bool:
    return replace(outcome, phrases={"x-guess": phrase}).says("x-guess")


def _pieces(line: str, people: Sequence[str]) -> list[str]:
    """Return the parts of a line that are the same each time."""
    for person in people:
        line = line.replace(person, "\x00")
    pieces = (_EDGES.sub("", piece) for piece in _CHANGING.split(line))
    return [piece for piece in pieces if sum(map(str.isalpha, piece)) >= _LEAST_LETTERS and not _NAME.fullmatch(piece)]


def _pattern(piece: str) -> str:
    """Return a regular expression for a piece; blanks stand for themselves, for people to read it."""
    words = piece[:_MOST].rpartition(" ")[0] if len(piece) > _MOST and " " in piece else piece[:_MOST]
    return re.sub(r"\\([ #&~'\"!%,:;<=>@`/-])", r"\1", re.escape(words))
