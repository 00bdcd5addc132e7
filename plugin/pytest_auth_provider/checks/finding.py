"""What a passive check found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_auth_provider.clients import Client, Outcome


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, whatever the scenario is about.

    `what` is the kind of secret that leaked, `crash` or `timeout`; `where` the place; `excerpt` shows it there.
    `contract` is the id of the contract it breaks.
    """

    what: str
    where: str
    excerpt: str
    contract: str = "hygiene/no-secret-in-output"

    @property
    def is_failure(self) -> bool:
        """Whether it is about how the action ended, and not about something that leaked."""
        return self.what in ("crash", "timeout")

    def __str__(self) -> str:
        return f"{self.what} in {self.where}: {self.excerpt}"


# FROM plugin/pytest_auth_provider/watch/egress.py: Does a client talk to anybody but its provider?


def check_egress(outcome: Outcome, client: Client) -> Iterator[Finding]:
    """Each host that the action tried to reach and the adapter does not allow, once."""
    allowed = client.adapter.allow_hosts
    for contact in {contact.address: contact for contact in outcome.contacts}.values():
        if contact.leaves and not contact.is_one_of(allowed):
            excerpt = f"{contact.address} was contacted ({contact.how}; it was refused)"
            yield Finding("egress", outcome.action, excerpt, "hygiene/no-egress")
