"""Does a client talk to anybody but its provider?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_auth_provider.watch.finding import Finding

if TYPE_CHECKING:
    from pytest_auth_provider.clients import Client, Outcome


def check_egress(outcome: Outcome, client: Client) -> Iterator[Finding]:
    """Each host that the action tried to reach and the adapter does not allow, once."""
    allowed = client.adapter.allow_hosts
    for contact in {contact.address: contact for contact in outcome.contacts}.values():
        if contact.leaves and not contact.is_one_of(allowed):
            excerpt = f"{contact.address} was contacted ({contact.how}; it was refused)"
            yield Finding("egress", outcome.action, excerpt, "hygiene/no-egress")
