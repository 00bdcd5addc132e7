"""Passive checks: what must never happen, whichever contract a scenario is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_auth_provider.checks.crashes import crash_line
from pytest_auth_provider.checks.finding import Finding, check_egress
from pytest_auth_provider.checks.secrets import check_secrets

if TYPE_CHECKING:
    from pytest_auth_provider.clients import Client, Outcome


__all__ = ["Finding", "check"]


def check(outcome: Outcome, client: Client) -> list[Finding]:
    """Everything the passive checks find wrong with an outcome; call it before the next action changes the files."""
    return [*check_secrets(outcome, client), *check_egress(outcome, client), *_check_end(outcome)]


def _check_end(outcome: Outcome) -> Iterator[Finding]:
    """No crash, and an end in bounded time."""
    if outcome.crash:
        shown = crash_line(outcome.stdout) or crash_line(outcome.stderr) or f"exit code {outcome.exit_code}"
        excerpt = f"{outcome.crash}: {shown}" if shown != outcome.crash else shown
        yield Finding("crash", outcome.action, excerpt, "hygiene/no-traceback")
    if outcome.timed_out:
        yield Finding("timeout", outcome.action, f"killed after {outcome.seconds:.1f} s", "hygiene/bounded-time")
