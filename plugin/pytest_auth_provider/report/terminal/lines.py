"""Lines of the terminal section: text with a beginning in a colour, and how it is wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Final, NamedTuple

from pytest_auth_provider.verdict import Verdict

PROSE: Final = 100
"""Sentences are not set wider than this, in characters."""
COLOURS: Final[Mapping[Verdict, str]] = {
    Verdict.BROKEN: "red",
    Verdict.UNSTABLE: "red",
    Verdict.UNCHECKED: "red",
    Verdict.STALE: "red",
    Verdict.ADVICE: "yellow",
    Verdict.DEVIATION: "yellow",
    Verdict.KEPT: "green",
    Verdict.NOT_APPLICABLE: "",
}
"""Verdict -> the colour of its name."""


class Line(NamedTuple):
    """A line of text: its beginning in a colour ("" for none), its rest plain, whether or not colours show."""

    head: str
    colour: str = ""
    rest: str = ""

    def __str__(self) -> str:
        return self.head + self.rest


def wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    """Wrap a text, its first line indented by `first` and the others by `later`; at least one line."""
    return textwrap.wrap(
        text,
        min(width, PROSE),
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def first_line(text: str) -> str:
    """Return what stands before the first end of a line."""
    return text.partition("\n")[0]
