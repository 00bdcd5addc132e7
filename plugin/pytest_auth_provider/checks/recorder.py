"""Record what the client does in one test, and what the passive checks find in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.checks import check
from pytest_auth_provider.checks.notes import notes

if TYPE_CHECKING:
    from pytest_auth_provider.checks.finding import Finding
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.outcome.outcome import Outcome


class Recorder:
    """Keep every outcome of one test with its findings and notes; made to be the `on_outcome` of a `Client`.

    `sandbox` is the directory the client lives in, `issued` are the secrets that its provider issued meanwhile, without
    codes that are made to be shown.
    """

    def __init__(self, sandbox: Path) -> None:
        self.sandbox = sandbox
        self.outcomes: list[Outcome] = []
        self.notes: list[str] = []
        self.issued: dict[str, None] = {}
        self.findings: list[tuple[Outcome, Finding]] = []

    def __call__(self, outcome: Outcome, client: Client) -> None:
        """Keep the outcome and check it, while the files are still as the action left them."""
        self.outcomes.append(outcome)
        self.issued |= dict.fromkeys(one.value for one in client.provider.secrets if one.kind != "user_code")
        seen = (
            *notes(outcome),
            *(f"Not looked at in the sandbox: {what}." for what in sorted(client.sandbox.overlooked)),
        )
        self.notes += [note for note in seen if note not in self.notes]
        self.findings += [(outcome, finding) for finding in check(outcome, client)]
