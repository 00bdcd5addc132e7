"""What the runner of GitHub Actions makes of the output of a step: which of its lines are commands.

Written after what `ActionCommand` and `ActionCommandManager` of actions/runner do: `::name properties::data` at the
beginning of a line behind blanks, `##[name properties]data` anywhere in it, and `stop-commands` until its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

REGISTERED = frozenset(
    {
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    }
)


class Command(NamedTuple):
    """One command, as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def commands(lines: Iterable[str]) -> list[Command]:
    """The commands in the lines of an output."""
    return [found for line in lines for part in re.split(r"[\r\n]", line) if (found := _command(part))]


def _command(line: str) -> Command | None:
    line = line.lstrip()
    if line.startswith("::") and (end := line.find("::", 2)) >= 0:
        name, _, properties = line[2:end].partition(" ")
        if name in REGISTERED:
            return Command(name, _properties(properties, ","), _unescaped(line[end + 2 :]))
    if (start := line.find("##[")) >= 0 and (end := line.find("]", start)) >= 0:
        name, _, properties = line[start + 3 : end].partition(" ")
        if name in REGISTERED:
            return Command(name, _properties(properties, ";"), _unescaped(line[end + 1 :]))
    return None


def _properties(text: str, separator: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.strip().split(separator) if pair)
    return {name: _unescaped(value, {":": "%3A", ",": "%2C"}) for name, _, value in pairs if value}


def _unescaped(text: str, more: dict[str, str] | None = None) -> str:
    for character, code in {"\r": "%0D", "\n": "%0A", **(more or {}), "%": "%25"}.items():
        text = text.replace(code, character)
    return text
