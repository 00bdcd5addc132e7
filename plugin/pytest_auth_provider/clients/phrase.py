"""A thing output can say, and how to find out whether it does say it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Patterns = tuple[re.Pattern[str], ...]

_TERMINAL_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# A long line that goes on in lower case was wrapped; short lines stand for themselves.
_WRAP = re.compile(r"(?<=[^\n]{60})(?<![.!:;])[ \t]*\n[ \t]*(?=[a-z])")
_CLAUSE_END = re.compile(r"\n|[.!;,](?=\s|$)|\s-+\s|\s(?:but|however|although|though)\s", re.IGNORECASE)
_LONG_SENTENCE = 400  # characters
# More blanks than any table has: a pattern with several blanks in it would search a megabyte of them for minutes.
_ENDLESS_BLANKS = re.compile(r"(\s{200})\s+")


_BOXES = dict.fromkeys(range(0x2500, 0x2580), " ")
_TYPOGRAPHY = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", **_BOXES}
"""Curly quotes and long dashes -> what a keyboard has; lines of boxes -> blanks."""


@dataclass(frozen=True)
class Phrase:
    """What it takes for output to say something.

    One match of `stdout`, `stderr` or `any` (either of the two) is enough. A match does not count where `unless`
    matches in the same clause: "revoked" is said by "Session revoked." and not by "It could not be revoked."
    """

    any: Patterns = ()
    stdout: Patterns = ()
    stderr: Patterns = ()
    unless: Patterns = ()

    def said_in(self, stdout: str, stderr: str) -> bool:
        """Does output made of these two texts say it? Colours, line wraps and typography do not matter."""
        return any(
            self._matches(patterns, plain(text))
            for patterns, text in (
                (self.any, stdout),
                (self.any, stderr),
                (self.stdout, stdout),
                (self.stderr, stderr),
            )
        )

    def _matches(self, patterns: Patterns, text: str) -> bool:
        if not patterns:
            return False
        unwrapped = _WRAP.sub(" ", text)
        # Lines as they were printed count too, so that `^` and `$` mean what they say; but only unwrapped sentences
        # show all of a clause that takes a match back.
        versions = (unwrapped,) if self.unless else (text, unwrapped)
        return any(self._counts(match, version) for version in versions for match in _all_matches(patterns, version))

    def _counts(self, match: re.Match[str], text: str) -> bool:
        clause = _clause(text, match) if self.unless else ""
        return not any(exception.search(clause) for exception in self.unless)


def plain(text: str) -> str:
    """`text` as a person reads it: no terminal codes, no carriage returns, no boxes, quotes and dashes as typed."""
    typed = _TERMINAL_CODES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(_TYPOGRAPHY)
    return _ENDLESS_BLANKS.sub(r"\1", typed)


def _all_matches(patterns: Patterns, text: str) -> Iterable[re.Match[str]]:
    return (match for pattern in patterns for match in pattern.finditer(text))


def _clause(text: str, match: re.Match[str]) -> str:
    """The part of a sentence that `match` stands in, looked for not farther than a long sentence reaches."""
    before = text[max(0, match.start() - _LONG_SENTENCE) : match.start()]
    after = text[match.end() : match.end() + _LONG_SENTENCE]
    start = max((end.end() for end in _CLAUSE_END.finditer(before)), default=0)
    end = _CLAUSE_END.search(after)
    return before[start:] + match.group() + (after[: end.start()] if end else after)
