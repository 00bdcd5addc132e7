"""The command that runs exactly one case again: one client, one contract, the variants that a row is about."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from pytest_auth_provider.report.rows import Row


def command_of(row: Row) -> str:
    """Return the command line, for a shell, that runs again what `row` tells of.

    What was seen under another contract is seen again under that one.
    """
    cases = row.seen_under[:1] or [f"{row.contract}[{name}]" for name in _variants(row)] or [row.contract]
    chosen = (word for case in cases for word in ("--auth-contract", case))
    return shlex.join(("pytest", "--auth-provider", "--auth-client", row.client, *chosen))


def _variants(row: Row) -> Sequence[str]:
    """Return the names of the variants that ended as the row says, none where all of them did."""
    if not row.variants:
        return []
    return [name for name, verdict in row.by_variant.items() if verdict is row.verdict] or [row.variants]
