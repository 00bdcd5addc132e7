"""The command line options and ini keys, in one place."""

from __future__ import annotations

import pytest


def add_options(parser: pytest.Parser) -> None:
    """Declare what `pytest --help` shows under "auth provider"."""
    group = parser.getgroup("auth-provider", "auth provider: contracts of command-line clients")
    group.addoption(
        "--auth-provider",
        action="store_true",
        help="check which sign-in contracts a command-line client keeps; paths named beside it run too",
    )
    group.addoption(
        "--auth-client",
        action="append",
        default=[],
        metavar="NAME",
        help="the client to check: its name in auth-provider.toml or pyproject.toml, or a preset; may be repeated "
        "(default: the clients the project configures, else the bundled reference client)",
    )
    group.addoption("--auth-list", action="store_true", help="list the contracts and run nothing")
    group.addoption(
        "--auth-strict", action="store_true", help="a SHOULD that is not kept fails the run, as a MUST always does"
    )
    group.addoption(
        "--auth-report",
        action="append",
        default=[],
        metavar="FILE",
        help="write the verdicts to FILE, as its ending says: .json or .md; may be repeated",
    )
