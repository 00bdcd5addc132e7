"""What one provider knows: its settings, clock, keys, people, clients and sessions, and the addresses of its endpoints.

Endpoints, grants, dialects and faults see this much of a provider. The socket, and the faults that are armed, are
`Provider`'s own.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fakeprovider.errors import SettingError, choose
from fakeprovider.protocol.uris import metadata_url
from fakeprovider.server.answer import Documents
from fakeprovider.settings import CHECKS, Settings
from fakeprovider.state.api_routes import ApiRoutes
from fakeprovider.state.backend import Memory, Part, StateBackend
from fakeprovider.state.clients import Clients
from fakeprovider.state.clock import Clock
from fakeprovider.state.snapshot import Snapshot
from fakeprovider.state.users import People, User
from fakeprovider.tokens.key_ring import make_key_ring
from fakeprovider.tokens.lookup import describe
from fakeprovider.tokens.secrets import Secrets
from fakeprovider.vocabulary import ENDPOINTS, GRANTS

if TYPE_CHECKING:
    from fakeprovider.dialect import Dialect


class ProviderState(Settings, ABC):
    """Everything one provider remembers and can say about itself.

    `dialect` is the provider family it imitates, `path` the path of its issuer ("" or `/realms/demo`),
    `trailing_slash` ends the issuer in one, `signing_key` is a PEM or JWK file to sign with, `knobs` are values of
    `Settings` that go before those of the dialect. `backend` is where its state is kept, None for this process alone.
    Raises `SettingError` for values that mean nothing.
    """

    def __init__(
        self,
        dialect: Dialect,
        path: str,
        *,
        trailing_slash: bool,
        signing_key: str | os.PathLike[str] | None,
        knobs: Mapping[str, object],
        backend: StateBackend | None = None,
    ) -> None:
        self.backend = backend or Memory()
        turn = self.backend.turn
        self.dialect = dialect
        self.path = path
        self.trailing_slash = trailing_slash
        self.apply(dialect.settings, knobs)
        self.clock = Clock(turn)
        self.user = User(turn)
        self.people = People(self.seed, turn)
        self.secrets = Secrets(self.backend.secrets())
        self.clients = Clients(self.secrets, turn)
        self.api_routes = ApiRoutes()
        self.store = self.backend.store()
        self.documents = Documents()
        self.keys = make_key_ring(self.algorithm, signing_key, as_asked="algorithm" in knobs, turn=turn)
        self.journal = self.backend.journal(self.journal_limit, self.journal_bytes, ENDPOINTS, GRANTS)

    @property
    def parts(self) -> dict[str, Part]:
        """What every process that serves this provider has a copy of, by its name."""
        return {
            "settings": self,
            "clock": self.clock,
            "user": self.user,
            "people": self.people,
            "clients": self.clients,
            "keys": self.keys,
        }

    def __setattr__(self, name: str, value: object) -> None:
        with self.backend.turn if name in CHECKS else nullcontext():
            super().__setattr__(name, value)

    def image(self) -> dict[str, object]:
        """Return every setting as a JSON object, for processes that share them."""
        return {name: getattr(self, name) for name in CHECKS}

    def restore(self, image: Mapping[str, Any]) -> None:
        """Have the settings of `image`."""
        self.apply(image)

    def snapshot(self) -> Snapshot:
        """Return all it remembers now, for `put_back`. What tests have set at `api_routes` is no memory of it.

        Raises `SettingError` where the state is shared.
        """
        self._check_not_shared("snapshot()")
        with self.store.lock:
            return Snapshot(
                parts={name: part.image() for name, part in self.parts.items()},
                records=self.store.copy_records(),
                secrets={secret.value: secret.kind for secret in self.secrets},
                exchanges=tuple(self.journal),
            )

    def put_back(self, snapshot: Snapshot) -> None:
        """Remember what the provider of `snapshot` did, and nothing else: tokens that were good there are good here.

        They name their issuer, so that provider must have had the same `issuer`. Raises `SettingError` where the state
        is shared.
        """
        self._check_not_shared("put_back()")
        with self.store.lock:
            for name, part in self.parts.items():
                part.restore(snapshot.parts[name])
            self.store.put_back(snapshot.records)
            self.secrets.forget()
            for value, kind in snapshot.secrets.items():
                self.secrets.keep(kind, value)
            self.journal.put_back(snapshot.exchanges)

    def _check_not_shared(self, what: str) -> None:
        """Refuse what would read or replace the memory of one process while others serve with it."""
        if self.backend.shared:
            raise SettingError(
                f"{what} is for a provider that keeps its state in its own process, and this one shares it "
                "with others; leave out `state`, or go back to the configuration with POST /_control/reset"
            )

    @property
    @abstractmethod
    def origin(self) -> str:
        """Scheme, host and port, as in `http://127.0.0.1:43211`."""

    @property
    @abstractmethod
    def api(self) -> str:
        """The base URL of the protected resource; where it has an origin of its own, it starts serving now."""

    @property
    def base(self) -> str:
        """What the paths of all endpoints are appended to: the issuer, never with a slash at its end."""
        return self.origin + self.path

    @property
    def issuer(self) -> str:
        """The issuer identifier (OIDC Discovery 3), as clients must compare it: letter by letter."""
        return f"{self.base}/" if self.trailing_slash else self.base

    def url(self, endpoint: str) -> str:
        """Return the absolute URL of an endpoint by its name, or raise `SettingError` listing all this dialect has."""
        of_resource = {
            "api": lambda: self.api,
            "resource_metadata": lambda: metadata_url(self.api, urlsplit(self.api).path),
        }
        there = [name for name in ENDPOINTS if name in of_resource or name in self.dialect.paths]
        if choose("endpoint", endpoint, there) in of_resource:
            return of_resource[endpoint]()
        return self.base + self.dialect.paths[endpoint]

    def end_sessions(self, why: str = "somebody ended it elsewhere") -> None:
        """End every session behind the clients' backs: all tokens are worthless from now on, and `why` explains it."""
        with self.store.lock:
            for session in self.store.sessions.values():
                self.store.end_session(session, why, self.clock.now())

    def expire_access_tokens(self) -> None:
        """Let every access token issued so far expire now at the provider's resources, whatever its client was told."""
        now = self.clock.now()
        with self.store.lock:
            for token in self.store.access_tokens.values():
                token.expires_at = min(token.expires_at, now)

    def keep_access_tokens_expired(self) -> None:
        """Let the access tokens that have expired by now be refused from here on, whatever `leeway` becomes."""
        latest = self.clock.now() - self.leeway
        with self.store.lock:
            for token in self.store.access_tokens.values():
                if token.expires_at <= latest:
                    token.expires_at = 0.0

    def describe_token(self, value: str) -> str:
        """Describe in words what the provider knows of a token: for rejections and notes."""
        return describe(self.store, self.secrets, value, self.clock.now())
