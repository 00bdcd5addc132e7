"""A second provider for a client that can be pointed at one: what it gave is none of the first one's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from auth_scenarios.verify import applies_only
from pytest_auth_provider import Client
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS
from pytest_auth_provider.clients.factory import provider_for

ADDRESSES = {"issuer", "api", *ENDPOINT_PLACEHOLDERS}


@contextmanager
def second_server(client: Client) -> Iterator[Client]:
    """Serve another provider for the time of a block; yield the same client, in the same sandbox, pointed at it.

    The contract does not apply to a client whose provider is built in, or written into its files before it starts.
    """
    adapter = client.adapter
    words = (*adapter.command, *(word for steps in adapter.run.values() for step in steps for word in step.args))
    told = {name for text in (*adapter.env.values(), *words) for name in placeholders_in(text)}
    fixed = {name for text in adapter.files.values() for name in placeholders_in(text)}
    can_move = bool(told & ADDRESSES) and not (fixed & ADDRESSES) and not adapter.hosts
    applies_only(can_move, f"{client.name} cannot be pointed at another provider by its variables or arguments")
    with provider_for(adapter) as other:
        other.clock.advance(max(0.0, client.provider.clock.now() - other.clock.now()))  # the client's may be ahead, too
        yield client.at(other)
