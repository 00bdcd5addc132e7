"""A token that is given to a client, in its variable or on standard input, beside the session it has stored.

`Given` makes such tokens, good ones and dead ones; `sent_tokens` says which ones an action sent to the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth_scenarios.verify import RESOURCES, applies_only, requests
from pytest_auth_provider import Client, Outcome

if TYPE_CHECKING:
    from fakeprovider import Provider


def sent_tokens(outcome: Outcome) -> set[str]:
    """Return the access tokens that the action sent to the API."""
    return {exchange.bearer for exchange in requests(outcome, *RESOURCES) if exchange.bearer}


class Given:
    """Tokens of somebody else than the person whose session is stored, for one client.

    `variable` is the one that the client takes a token from. The contract does not apply to a client without one.
    """

    def __init__(self, provider: Provider, client: Client) -> None:
        self.variable = client.adapter.token_variable
        self._provider = provider
        self._client = client
        applies_only(bool(self.variable), f"{client.name} declares no `token_variable`")

    def good(self) -> str:
        """Return a token that the API accepts."""
        return good_token(self._provider, self._client)

    def dead(self) -> str:
        """Return a token that the API refuses: its session has been ended."""
        return dead_token(self._provider, self._client)

    def run(self, action: str, token: str) -> Outcome:
        """Run an action while the variable holds `token`."""
        return self._client.run(action, env={self.variable: token})

    def applies_where_it_wins(self) -> None:
        """Skip the contract for a client that uses its stored session instead, as declared or by what it does.

        The client has to be signed in.
        """
        declared = self._client.policies["environment_token"]
        if not declared:
            token = self.good()
            loses = token not in sent_tokens(self.run("use", token))
            applies_only(not loses, f"{self._client.name} was not seen to use the token of {self.variable}")
        applies_only(declared != "loses", f"{self._client.name} declares environment_token = 'loses'")


def good_token(provider: Provider, client: Client) -> str:
    """Return an access token of somebody who has not signed in at this machine."""
    person = provider.people.new()
    return provider.issue(client.adapter.client_id, person=person).access_token


def dead_token(provider: Provider, client: Client) -> str:
    """Return an access token that looks good and is refused: its session has been ended."""
    issued = provider.issue(client.adapter.client_id, person=provider.people.new())
    with provider.store.lock:
        session = provider.store.sessions[issued.session_id]
        provider.store.end_session(session, "somebody ended it elsewhere", provider.clock.now())
    return issued.access_token
