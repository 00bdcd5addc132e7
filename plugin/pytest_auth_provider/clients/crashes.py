"""Tell a crash from an honest error message, by what runtimes print when nobody caught the failure."""

from __future__ import annotations

import re

CRASHES: dict[str, re.Pattern[str]] = {
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


def find_crash(text: str) -> str | None:
    """Name the kind of crash that `text`, a program's output, shows; None where it shows none."""
    return next((name for name, pattern in CRASHES.items() if pattern.search(text)), None)


def crash_line(text: str) -> str:
    """Return the line of `text` that shows the crash, for a report; empty where there is none."""
    for pattern in CRASHES.values():
        if match := pattern.search(text):
            return match.group().splitlines()[0].strip()
    return ""
