"""`auth-provider compare`: what got better and what got worse between two reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_auth_provider.report.saved.comparison import compare
from pytest_auth_provider.report.saved.reading import ReportError, read_report
from pytest_auth_provider.report.saved.report import Report
from pytest_auth_provider.report.saved.told import TOLD


def compare_reports(before: Path, now: Path, clients: Sequence[str], form: str, *, strict: bool) -> int:
    """Compare two JSON reports, and print what changed in the form that is asked for, one of `TOLD`.

    `clients` are those to compare, as `--client` has them; none stands for all that both reports have. Returns 0 where
    nothing got worse and 1 where something did, or with `strict` where what was judged before was not judged now.
    Raises `ReportError`.
    """
    old, new = read_report(before), read_report(now)
    comparison = compare(old, new, _names(clients, old) or None)
    print(TOLD[form](comparison), end="")
    return 1 if comparison.is_worse or (strict and comparison.is_lost) else 0


def _names(clients: Sequence[str], old: Report) -> dict[str, str]:
    """Return which clients to compare: the name in the older report -> the name in the newer one."""
    names: dict[str, str] = {}
    for client in clients:
        before, equals, now = client.partition("=")
        pair = (before, now) if equals and client not in old.clients else (client, client)
        if names.setdefault(*pair) != pair[1]:
            raise ReportError(f"--client {client}: {pair[0]} is compared with {names[pair[0]]} already; name it once")
    return names
