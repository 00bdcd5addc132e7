"""Crashes: what runtimes print as a program dies of an uncaught failure, and which line of it says what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

CRASHES: Final[Mapping[str, re.Pattern[str]]] = {
    # The plain and the boxed (rich) traceback; the `File` line tells it from a sentence that mentions tracebacks.
    "Python traceback": re.compile(
        r"Traceback \(most recent call last\)[^\n]*\n(?:[^\n]*\n){0,3}?"
        r"(?:[ \t|│]*File \"[^\"\n]+\", line \d+|[│|] +\S+\.py:\d+ in )"
        r"|^Fatal Python error: ",
        re.MULTILINE,
    ),
    "Go panic": re.compile(r"^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]\n]+\]:$", re.MULTILINE),
    "Rust panic": re.compile(r"thread '[^'\n]*' (?:\(\d+\) )?panicked at ", re.MULTILINE),
    "Node.js stack": re.compile(
        r"^ {4}at (?:[^\n]* \()?(?:file://|node:|/|\w:\\|<anonymous>)[^\n]*:\d+:\d+\)?$", re.MULTILINE
    ),
    "Java exception": re.compile(
        r"^[ \t]+at [\w.$<>/@]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)$", re.MULTILINE
    ),
    # Both quote styles: `in 'name' (Ruby 3.4) and `in `name' before; the newest also names the class.
    "Ruby exception": re.compile(r"^[^\s:]+:\d+:in [`'][^'\n]+': .* \((?:\w+::)*\w+\)$", re.MULTILINE),
}
"""Runtime -> what it prints as it dies of an uncaught failure."""

_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_LONG_LINE: Final = re.compile(r"([^\n]{2000})[^\n]+")
_MARGIN: Final = re.compile(r"[\s|+]*")
"""What stands in front of every line of a traceback that is indented, as those in an exception group are."""
_BOX: Final = "╭╰│|+"
_MESSAGE: Final = 10
"""How many lines a message in front of a stack can have."""


def find_crash(text: str) -> str | None:
    """Name the kind of crash that `text`, a program's output, shows; None where it shows none."""
    text = _with_short_lines(text)
    return next((name for name, pattern in CRASHES.items() if pattern.search(text)), None)


def _with_short_lines(text: str) -> str:
    """Return `text` without the ends of endless lines: the patterns would be tried anew at each place in them."""
    return _LONG_LINE.sub(r"\1", text)


def crash_line(text: str) -> str:
    """Return the line of `text`, a program's output, that says what it died of; empty where it shows no crash.

    That is the exception at the end of a traceback, of the last one where several are chained or grouped, the reason of
    a panic, or the exception above a stack. Where a message has several lines it is the first of them, and where it was
    cut off it is the line that shows the crash.
    """
    text = _with_short_lines(_COLOURS.sub("", text))
    for name, pattern in CRASHES.items():
        matches = list(pattern.finditer(text))
        if matches:
            shown = matches[0].group().splitlines()[0].strip()
            return _REASONS[name](text, matches) or shown
    return ""


def _python(text: str, matches: Sequence[re.Match[str]]) -> str:
    """Return the first line behind the frames of the last traceback."""
    start = text.rfind("\n", 0, matches[-1].start()) + 1
    header, *lines = text[start:].splitlines()
    if header.startswith("Fatal Python error: "):
        return header
    if "╭" in header or header.startswith("+-"):
        return _below_the_box(lines)
    match = _MARGIN.match(header)
    margin = len(match.group()) if match else 0
    return next((line[margin:].strip() for line in lines if line[margin : margin + 1].strip()), "")


def _below_the_box(lines: Sequence[str]) -> str:
    """Return the first line that is outside of the box that `rich` draws around a traceback."""
    return next((line.strip() for line in lines if line.strip() and line[0] not in _BOX), "")


def _go(text: str, matches: Sequence[re.Match[str]]) -> str:
    """Return the reason above the first goroutine; that of the last panic, where one led to another."""
    reasons = re.findall(r"^[ \t]*((?:panic|fatal error): .*)$", text[: matches[0].start()], re.MULTILINE)
    return str(reasons[-1]).strip() if reasons else ""


def _rust(text: str, matches: Sequence[re.Match[str]]) -> str:
    """Return where the first thread panicked, and the message, which newer versions put into a line of its own."""
    where, *lines = text[matches[0].start() :].splitlines()
    message = lines[0].strip() if lines and where.endswith(":") else ""
    is_message = message and not message.startswith(("note: ", "stack backtrace:"))
    return f"{where} {message}" if is_message else where.rstrip(":")


def _above_the_stack(text: str, matches: Sequence[re.Match[str]]) -> str:
    """Return the line in front of the first stack that names an exception, or else the one right above it."""
    above = [line.strip() for line in text[: matches[0].start()].splitlines() if line.strip()][-_MESSAGE:]
    named = (line for line in reversed(above) if re.match(r"[^\s:]*(?:Error|Exception)\b|Exception in thread ", line))
    return next(named, above[-1] if above else "")


def _ruby(_text: str, matches: Sequence[re.Match[str]]) -> str:
    return matches[0].group()


_REASONS: Final[Mapping[str, Callable[[str, Sequence[re.Match[str]]], str]]] = {
    "Python traceback": _python,
    "Go panic": _go,
    "Rust panic": _rust,
    "Node.js stack": _above_the_stack,
    "Java exception": _above_the_stack,
    "Ruby exception": _ruby,
}
"""Runtime -> what finds the line that says what the program died of, in the text and the matches of its pattern."""
