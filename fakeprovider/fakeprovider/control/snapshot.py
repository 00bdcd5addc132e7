"""What a provider goes back to on reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.settings import CHECKS

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


class Snapshot:
    """Remember a provider as it is now: settings, accounts, clients, the user's decision, API routes and clock."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._settings = {name: getattr(provider, name) for name in CHECKS}
        self._people = tuple(provider.people)
        self._clients = tuple(provider.clients)
        self._person, self._decision = provider.user.person, provider.user.decision
        self._steps = provider.user.steps
        self._api_routes = dict(provider.api_routes)
        self._advanced = provider.clock.advanced

    def restore(self) -> None:
        """Bring the provider back to the snapshot, and forget every session, token, secret and exchange since."""
        provider = self._provider
        provider.apply(self._settings)
        provider.store.forget()
        provider.secrets.forget()
        provider.clients.forget()
        for record in self._clients:
            provider.clients.add(record)
        provider.people.forget()
        for person in self._people:
            provider.people.add(person)
        provider.user.person, provider.user.decision = self._person, self._decision
        provider.user.script(*self._steps)
        provider.api_routes.clear()
        provider.api_routes.update(self._api_routes)
        provider.keys.go_back()
        provider.clock.advance(self._advanced - provider.clock.advanced)
        provider.journal.clear()
