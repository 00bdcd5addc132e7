"""Several clients of one adapter at the same time, each with a provider and a sandbox of its own.

For a contract whose cases wait long and disturb each other at one provider: they can wait at the same time.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.client import Client, OnOutcome
from pytest_auth_provider.clients.factory import ClientFactory, provider_for
from pytest_auth_provider.exposure import Exposure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fakeprovider import Provider


class ClientGroup:
    """Make clients that are alike, and end them and their providers together.

    Their sandboxes are folders of `directory`, called 1, 2 and so on. `settings` are those of every provider. What any
    of the clients does is passed to `on_outcome`; `exposure` collects what puts them to the test.
    """

    def __init__(
        self,
        adapter: Adapter,
        factory: ClientFactory,
        directory: Path,
        on_outcome: OnOutcome | None = None,
        exposure: Exposure | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.adapter = adapter
        self.exposure = exposure or Exposure()
        self._factory = factory
        self._directory = directory
        self._on_outcome = on_outcome
        self._settings = dict(settings or {})
        self._providers: list[Provider] = []
        self._stack = ExitStack()

    def new(self) -> Client:
        """Return another client, not signed in, pointed at a provider that nobody else speaks to."""
        provider = self._stack.enter_context(provider_for(self.adapter, **self._settings))
        self._providers.append(provider)
        sandbox = self._directory / str(len(self._providers))
        making = self._factory.client(self.adapter, provider, sandbox, self._on_outcome, self.exposure)
        return self._stack.enter_context(making)

    def close(self) -> None:
        """End every client and every provider. Raises `RuntimeError` where a provider itself failed."""
        self._stack.close()
        for crash in (crash for provider in self._providers for crash in provider.crashes):
            raise RuntimeError(f"the provider itself failed: {crash!r}") from crash

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
