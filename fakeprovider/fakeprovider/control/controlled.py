"""The provider under control: what the operations of the control API act on, and what a reset brings back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fakeprovider.control.fault_registry import FaultRegistry
from fakeprovider.hosts import CONTROL
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.settings import CHECKS

if TYPE_CHECKING:
    from fakeprovider.hosts import VirtualHosts
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


class ControlledProvider:
    """One provider with everything the control API keeps about it.

    `token` is what clients have to present as `Authorization: Bearer`, "" where only this machine can reach the socket
    and none is needed; all providers behind one socket share it. `fault_registry` holds the faults armed over HTTP.
    """

    def __init__(self, provider: Provider, front: VirtualHosts) -> None:
        self.provider = provider
        self.front = front
        self.fault_registry = FaultRegistry(provider)
        self._snapshot: Snapshot | None = None
        self._listeners: list[Callable[[str], object]] = []
        first = next(iter(self.issuers), None)
        self.token: str = first.token if first else _new_token(front.server.host)

    @property
    def url(self) -> str:
        """The base URL of this API."""
        first = next(iter(self.issuers), self)
        return self.front.origin + ("" if first is self else self.provider.path) + CONTROL

    @property
    def issuers(self) -> list[ControlledProvider]:
        """Every provider behind this socket that is controlled, this one among them; the oldest first."""
        return [one for one in tuple(self.front.controls.values()) if isinstance(one, ControlledProvider)]

    def begin(self) -> None:
        """Take the snapshot that `reset` restores, and join the other processes, unless that was done before."""
        if self._snapshot is None:
            # Before what others have changed arrives: a reset brings back how it was configured.
            self._snapshot = Snapshot(self.provider)
            self.provider.backend.join({**self.provider.parts, "faults": self.fault_registry})

    def end(self) -> None:
        """Disarm every fault and cancel all timers."""
        self.fault_registry.close()

    def reset(self) -> None:
        """Restore the snapshot; faults armed with `FaultRegistry.arm_permanently` are armed again."""
        with self.provider.backend.turn:
            self.fault_registry.clear()
            if self._snapshot is not None:
                self._snapshot.restore()
            self.fault_registry.rearm()

    def announce(self, subject: str) -> None:
        """Tell every listener that `subject` (`faults`, `clock`, ...) was changed."""
        for listener in tuple(self._listeners):
            listener(subject)

    @contextmanager
    def listening(self, listener: Callable[[str], object]) -> Iterator[None]:
        """Call `listener` with the subject of every change made during the block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)


def _new_token(host: str) -> str:
    """Return a random token, or "" where `host` lets no other machine in."""
    return "" if is_loopback(host) else secrets.token_urlsafe(32)
