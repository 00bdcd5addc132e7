"""The command that runs exactly one case again: one contract for one client, in the variants that a row is about."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from pytest_auth_provider.report.rows import Row

_KEYWORD: Final = re.compile(r"[\w:+\-.\[\]/]+")
"""What pytest reads as one word in the expression of `-k`."""
_ELSEWHERE: Final = re.compile(r"Seen under ([^\s:]+): ")
"""How the reason begins where a contract was seen broken while another one was checked."""


def command_of(row: Row) -> str:
    """Return the command line, for a shell, that runs again what `row` tells of.

    What was seen under another contract is seen again under that one. Where a variant has a name that `-k` cannot
    express, all variants of the contract are run.
    """
    seen = _ELSEWHERE.match(row.reason)
    family, _, name = (seen[1] if seen else row.contract).partition("/")
    function = "test_" + name.replace("-", "_")
    selected = " or ".join(dict.fromkeys(_cases(function, row)))
    words = ("pytest", "--auth-provider", "--auth-client", row.client, "--auth-family", family, "-k", selected)
    return shlex.join(words)


def _cases(function: str, row: Row) -> Iterator[str]:
    """Yield a word of `-k` for each case: the beginning of its name where all variants are meant, else all of it."""
    for variant in row.variants.split(", "):
        case = f"{function}[{row.client}-{variant}]"
        yield case if variant and _KEYWORD.fullmatch(case) else f"{function}["
