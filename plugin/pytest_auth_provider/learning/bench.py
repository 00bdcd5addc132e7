"""The bench of the experiments: a fresh sandbox with a fresh provider for each, and what is known so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.factory import ClientFactory, provider_for
from pytest_auth_provider.errors import Explained
from pytest_auth_provider.profile import Observation


class NotLearned(Explained):
    """An experiment that came to nothing; its summary says why."""


class Bench:
    """Make clients for experiments, in sandboxes below `directory`, and hold what earlier experiments observed.

    `known` has the observations by name, `seconds` how long undisturbed actions took. `refreshes_at_every_use` is true
    for a client that was seen to refresh a token that is good for long yet, `uses_proxy` for one that was seen to send
    its requests through the proxy.
    """

    def __init__(self, adapter: Adapter, factory: ClientFactory, directory: Path) -> None:
        self.adapter = adapter
        self.known: dict[str, Observation] = {}
        self.seconds: dict[str, float] = {}
        self.refreshes_at_every_use = False
        self.uses_proxy = False
        self._factory = factory
        self._directory = directory
        self._numbers = count(1)

    @contextmanager
    def client(self, adapter: Adapter | None = None, **settings: object) -> Iterator[Client]:
        """Yield a client that is not signed in, at a provider of its own with these settings.

        `adapter` describes it otherwise than that of the bench. Raises `NotLearned` where the provider itself failed.
        """
        described = adapter or self.adapter
        sandbox = self._directory / f"sandbox-{next(self._numbers)}"
        with provider_for(described, **settings) as provider:
            with self._factory.client(described, provider, sandbox) as client:
                yield client
            for crash in provider.crashes:
                raise NotLearned(f"the provider itself failed: {crash!r}")

    def seen_as(self, name: str, *values: str) -> bool:
        """Return whether an observation was made already, with one of these values."""
        return name in self.known and any(value in self.known[name] for value in values)

    def require(self, action: str) -> None:
        """Raise `NotLearned` where the adapter does not have this action."""
        if action not in self.adapter.run:
            raise NotLearned(f"{self.adapter.name} has no `{action}`")
