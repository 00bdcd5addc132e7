"""A second provider for a client that can be pointed at one: what it gave is none of the first one's business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from auth_scenarios.verify import applies_only, must
from fakeprovider import Exchange, Provider
from pytest_auth_provider import Client, Outcome
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS
from pytest_auth_provider.clients.credentials import find_secrets
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


def use_elsewhere(client: Client, elsewhere: Client) -> tuple[Outcome, list[Exchange]]:
    """Run `use` of a client that is signed in, pointed at another provider; return the outcome and what that one heard.

    The contract does not apply to a client that goes on with the provider it signed in at.
    """
    mark = client.provider.journal.mark()
    outcome = elsewhere.use()
    stays = client.provider.journal.since(mark)
    applies_only(not stays, f"{client.name} goes on with the provider it signed in at, whatever it is pointed at")
    return outcome, list(elsewhere.provider.journal)


def must_hold_no_token_of(first: Provider, heard: Iterable[Exchange]) -> None:
    """Require that nothing a second provider heard holds a token that the first one has given."""
    given = [secret for secret in first.secrets if secret.kind.endswith("_token")]
    for exchange in heard:
        sent = f"{exchange.path}\n{exchange.request_headers}\n".encode() + exchange.request_body
        told = [secret.kind for secret, _spelling in find_secrets(sent, given)]
        must(not told, "no token of the first provider goes to the second", f"{exchange.line} holds {', '.join(told)}")
