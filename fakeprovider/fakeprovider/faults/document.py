"""Document faults: discovery and JWKS say something wrong."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from fakeprovider.faults.base import DocumentFault
from fakeprovider.tokens.keys import SigningKey, new_key
from fakeprovider.validation import Amount

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider import Provider


# FROM fakeprovider/fakeprovider/faults/document/advertised.py: Where discovery says an endpoint is.


Advertised = Literal[
    "token",
    "jwks",
    "authorization",
    "device_authorization",
    "revocation",
    "introspection",
    "userinfo",
    "end_session",
    "registration",
    "session_status",
]


def moved(document: dict[str, object], endpoint: str, origin: str) -> dict[str, object]:
    """The document with `endpoint` on another origin, its path unchanged; as it was where it is not advertised."""
    member = "jwks_uri" if endpoint == "jwks" else f"{endpoint}_endpoint"
    url = document.get(member)
    if not isinstance(url, str):
        return document
    return {**document, member: origin.rstrip("/") + urlsplit(url).path}


# FROM fakeprovider/fakeprovider/faults/document/dead_port.py: Refused, for one endpoint alone.


@dataclass(frozen=True)
class DeadPort(DocumentFault):
    """Advertise `endpoint` at a port where nobody listens: connections to this endpoint alone are refused."""

    endpoint: Advertised = "token"
    _sockets: list[socket.socket] = field(default_factory=list, init=False, repr=False, compare=False)

    endpoints = ("discovery",)

    def begin(self, provider: Provider) -> None:
        """Reserve a port without listening on it."""
        reserved = socket.socket()
        reserved.bind(("127.0.0.1", 0))
        self._sockets.append(reserved)

    def end(self, provider: Provider) -> int:
        """Give the port back."""
        self._sockets.pop().close()
        return 0

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with the dead address."""
        port = self._sockets[-1].getsockname()[1]
        return moved(document, self.endpoint, f"{call.request.scheme}://127.0.0.1:{port}")


# FROM fakeprovider/fakeprovider/faults/document/key_set.py: Helpers to bend the members of a key set.


Jwk = dict[str, object]


def with_keys(document: dict[str, object], bend: Callable[[Jwk], list[Jwk]]) -> dict[str, object]:
    """The key set in which `bend` has put something else in the place of each key."""
    keys = document.get("keys")
    if not isinstance(keys, list):
        return document
    return {**document, "keys": [bent for key in keys for bent in bend(key)]}


@functools.cache
def other_key(algorithm: str) -> SigningKey:
    """A key that no provider signs with, made once per process: RSA takes tens of milliseconds."""
    return new_key(algorithm, "other", fresh=True)


def in_place_of(key: Jwk) -> Jwk:
    """Another key of the same type under the `kid` of `key`."""
    return {**other_key(str(key.get("alg", "RS256"))).public, "kid": key.get("kid")}


# FROM fakeprovider/fakeprovider/faults/document/duplicate_kid.py: Two keys under one name.


@dataclass(frozen=True)
class DuplicateKid(DocumentFault):
    """Publish another key with the same `kid` ahead of each true one; distinct keys should have distinct ones.

    RFC 7517 4.5. A client that stops at the first match rejects good tokens.
    """

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Every key behind its double."""
        return with_keys(document, lambda key: [in_place_of(key), key])


# FROM fakeprovider/fakeprovider/faults/document/empty_keys.py: A key set without a key.


@dataclass(frozen=True)
class EmptyKeys(DocumentFault):
    """Publish `{"keys": []}`: well-formed (RFC 7517 5), and no signature can be checked."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """No key at all."""
        return {**document, "keys": []}


# FROM fakeprovider/fakeprovider/faults/document/keys_without_kid.py: Keys without a name.


@dataclass(frozen=True)
class KeysWithoutKid(DocumentFault):
    """Leave `kid` out of every published key, which is allowed: it is optional (RFC 7517 4.5)."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys, unnamed."""
        return with_keys(document, lambda key: [{name: value for name, value in key.items() if name != "kid"}])


# FROM fakeprovider/fakeprovider/faults/document/leaked_private_key.py: A key set that tells everything.


@dataclass(frozen=True)
class LeakedPrivateKey(DocumentFault):
    """Publish the private members of the keys too (RFC 7517 9.2: never): whoever reads them can sign."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys with `d` and what goes with it."""
        private = {key.kid: key.key.as_dict(private=True) for key in call.provider.keys.published}
        return with_keys(document, lambda key: [{**key, **private.get(str(key.get("kid")), {}), "kid": key.get("kid")}])


# FROM fakeprovider/fakeprovider/faults/document/other_origin.py: An endpoint that lives with somebody else.


@dataclass(frozen=True)
class OtherOrigin(DocumentFault):
    """Advertise `endpoint` on `origin`, for instance that of a second provider, which will see what is sent there."""

    origin: str
    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with the other address."""
        return moved(document, self.endpoint, self.origin)


# FROM fakeprovider/fakeprovider/faults/document/oversized_keys.py: A key set that has grown for years.


@dataclass(frozen=True)
class OversizedKeys(DocumentFault):
    """Publish `count` other keys, each with a `kid` of its own, ahead of the true ones: some 400 bytes each."""

    count: Amount = 1000

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The key set behind a pile of old ones."""
        keys = document.get("keys")
        if not isinstance(keys, list) or not keys:
            return document
        old = in_place_of(keys[0])
        return {**document, "keys": [{**old, "kid": f"old-{n}"} for n in range(1, self.count + 1)] + keys}


# FROM fakeprovider/fakeprovider/faults/document/same_kid_other_key.py: A rotation that forgot to rename the key.


@dataclass(frozen=True)
class SameKidOtherKey(DocumentFault):
    """Publish another key under the `kid` of each true one: good tokens seem to be forged."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Other keys, same names."""
        return with_keys(document, lambda key: [in_place_of(key)])


# FROM fakeprovider/fakeprovider/faults/document/stale_keys.py: A key set from yesterday.


@dataclass(frozen=True)
class StaleKeys(DocumentFault):
    """Go on publishing the keys of the moment it was armed, as a cache does; met once the keys have been rotated."""

    _kept: list[dict[str, object]] = field(default_factory=list, init=False, repr=False, compare=False)

    endpoints = ("jwks",)

    def begin(self, provider: Provider) -> None:
        """Keep the keys as they are now."""
        self._kept.append(provider.keys.jwks())

    def end(self, provider: Provider) -> int:
        """Let them go."""
        self._kept.pop()
        return 0

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys of then."""
        return self._kept[-1]


# FROM fakeprovider/fakeprovider/faults/document/unresolvable_host.py: An endpoint whose host name nobody knows.


@dataclass(frozen=True)
class UnresolvableHost(DocumentFault):
    """Advertise `endpoint` on a host below `.invalid`, which no resolver may know (RFC 6761 6.4)."""

    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with a name that cannot be resolved."""
        return moved(document, self.endpoint, f"{call.request.scheme}://provider.invalid")


# FROM fakeprovider/fakeprovider/faults/document/wrong_issuer.py: A discovery document that speaks for somebody else: the smallest fault, the one to copy.


@dataclass(frozen=True)
class WrongIssuer(DocumentFault):
    """Name another issuer in the discovery document (RFC 8414 3.3, OIDC Discovery 4.3 ask clients to refuse it)."""

    issuer: str = "https://issuer.invalid"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document under another name."""
        return {**document, "issuer": self.issuer}
