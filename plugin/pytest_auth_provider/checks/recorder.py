"""The record of one test: every outcome of its client, and what the passive checks found in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_auth_provider.checks import Finding
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.clients.outcome import Outcome


class Record:
    """Called with each outcome as it comes, while the files are still as the action left them.

    `sandbox` is the directory the client lives in.
    """

    def __init__(self, sandbox: Path) -> None:
        self.sandbox = sandbox
        self.outcomes: list[Outcome] = []
        self.findings: list[tuple[Outcome, Finding]] = []

    def __call__(self, outcome: Outcome, client: Client) -> None:
        """Keep the outcome and check it."""
        from pytest_auth_provider.checks import check

        self.outcomes.append(outcome)
        self.findings += [(outcome, finding) for finding in check(outcome, client)]
