"""Passive checks: what must never happen, whichever contract a scenario is about.

secrets       no secret is printed, put into a URL or a command line, or stored where others can read it
permissions   which files others can read, and the mode they were created with
notes         what a person should know, and what accuses nobody
requests      no storm of requests, no tab after tab
shared_files  which files were written outside of the sandbox, where others may look
recorder      keeps the outcomes of one test and checks each as it comes
finding       what a check found
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_auth_provider.checks.finding import Finding
from pytest_auth_provider.checks.requests import check_pages, check_storms
from pytest_auth_provider.checks.secrets import check_secrets
from pytest_auth_provider.outcome.crashes import crash_line

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.outcome.outcome import Outcome


__all__ = ["Finding", "check"]


def check(outcome: Outcome, client: Client) -> list[Finding]:
    """List everything the passive checks find wrong with an outcome.

    Call it before the next action of the client changes its files.
    """
    prints_token = outcome.action == "token" or (outcome.action == "use" and client.policies["use"] == "polls")
    return [
        *check_secrets(outcome, client.provider.secrets, client.sandbox.root, prints_token=prints_token),
        *_check_egress(outcome, client.adapter.allow_hosts),
        *_check_ending(outcome),
        *check_storms(outcome, client.adapter.call_budget),
        *check_pages(outcome, (client.provider.origin, client.provider.issuer)),
    ]


def _check_egress(outcome: Outcome, allowed: Sequence[str]) -> Iterator[Finding]:
    """Yield each host that the action tried to reach and that is not among the `allowed` patterns, once."""
    for contact in {contact.address: contact for contact in outcome.contacts}.values():
        if contact.leaves and not contact.is_one_of(allowed):
            excerpt = f"{contact.address} was contacted ({contact.how}; it was refused)"
            yield Finding("egress", outcome.action, excerpt, "hygiene/no-egress")


def _check_ending(outcome: Outcome) -> Iterator[Finding]:
    """Yield a crash. A command killed for its time is none: its adapter's `timeout` is ours, not the client's."""
    if outcome.crash:
        shown = crash_line(outcome.stdout) or crash_line(outcome.stderr) or f"exit code {outcome.exit_code}"
        excerpt = f"{outcome.crash}: {shown}" if shown != outcome.crash else shown
        yield Finding("crash", outcome.action, excerpt, "hygiene/no-traceback")
