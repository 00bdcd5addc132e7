"""The clients a provider knows: registered by a test or by themselves (RFC 7591). Unknown ones are welcome too."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

from fakeprovider.errors import SettingError, choose
from fakeprovider.tokens.secrets import Secrets

Method = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
"""The ways of client authentication (OIDC Core 9), by their registered names."""


@dataclass(frozen=True)
class ClientRecord:
    """What is known about one client.

    Without `secret` and `jwks` it is public. `method` is the one way it authenticates, None any that its secret or
    keys allow. `native` lets it register redirects of its own URI scheme (RFC 8252 7.1). Raises `SettingError` for
    fields that contradict each other.
    """

    client_id: str
    secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    method: Method | None = None
    jwks: Mapping[str, object] | None = None
    native: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.client_id:
            raise SettingError("ClientRecord: client_id is empty; give the id the client sends")
        if self.method is None:
            return
        choose("ClientRecord method", self.method, METHODS)
        needs = {"private_key_jwt": "jwks", "none": ""}.get(self.method, "secret")
        if needs and not getattr(self, needs):
            raise SettingError(f"ClientRecord {self.client_id!r}: method {self.method!r} needs {needs}=")
        if not needs and not self.public:
            raise SettingError(f"ClientRecord {self.client_id!r}: method 'none' goes with neither secret= nor jwks=")

    @property
    def public(self) -> bool:
        """Whether the client has nothing to authenticate with (RFC 6749 2.1)."""
        return not self.secret and not self.jwks

    @property
    def label(self) -> str:
        """What a page calls the client."""
        return self.name or self.client_id


@dataclass(frozen=True)
class AuthenticatedClient:
    """The client of a request, and the method by which it proved to be that client ("none": by its word alone)."""

    record: ClientRecord
    method: Method

    @property
    def client_id(self) -> str:
        """The id of the client."""
        return self.record.client_id

    @property
    def proven(self) -> bool:
        """Whether anything but its own word says that it is this client."""
        return self.method != "none"


class Clients:
    """The registered clients of one provider; they are changed within `turn` (`fakeprovider.state.backend`)."""

    def __init__(self, secrets: Secrets, turn: AbstractContextManager[object] | None = None) -> None:
        self._secrets = secrets
        self._records: dict[str, ClientRecord] = {}
        self._turn = turn or threading.RLock()

    def __iter__(self) -> Iterator[ClientRecord]:
        return iter(tuple(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, client_id: object) -> bool:
        return client_id in self._records

    def __getitem__(self, client_id: str) -> ClientRecord:
        return self._records[client_id]

    def add(self, record: ClientRecord) -> ClientRecord:
        """Register a client, in place of one with the same id."""
        with self._turn:
            if record.secret:
                self._secrets.keep("client_secret", record.secret)
            self._records[record.client_id] = record
        return record

    def forget(self) -> None:
        """Forget every client."""
        with self._turn:
            self._records.clear()

    def image(self) -> list[dict[str, object]]:
        """Return every client as a JSON object, for processes that share them."""
        return [asdict(record) for record in self]

    def restore(self, image: Sequence[Mapping[str, Any]]) -> None:
        """Know the clients of `image`, and no others."""
        uris = ("redirect_uris", "post_logout_redirect_uris")
        records = [ClientRecord(**{**one, **{name: tuple(one[name]) for name in uris}}) for one in image]
        with self._turn:
            self._records = {record.client_id: record for record in records}

    def find(self, client_id: str) -> ClientRecord:
        """Return the record of a client; one that never registered is public and has nothing but its id."""
        return self._records.get(client_id) or ClientRecord(client_id)
