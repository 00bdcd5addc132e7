"""Document faults: what the discovery document (RFC 8414, OIDC Discovery) and the key set (RFC 7517) say wrongly.

`WrongIssuer` is the smallest, and the one to copy.
"""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fakeprovider.faults.base import DocumentFault, FaultTarget, InForce
from fakeprovider.tokens.keys import SigningKey, new_key
from fakeprovider.validation import Amount, OneOf
from fakeprovider.vocabulary import METADATA_MEMBERS

if TYPE_CHECKING:
    from fakeprovider.context import Call


Advertised = Annotated[str, OneOf(tuple(METADATA_MEMBERS))]
"""The endpoints whose address the discovery document can change."""


# -- the discovery document ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WrongIssuer(DocumentFault):
    """Name another issuer in the discovery document (RFC 8414 3.3, OIDC Discovery 4.3 ask clients to refuse it)."""

    issuer: str = "https://issuer.invalid"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return {**document, "issuer": self.issuer}


@dataclass(frozen=True)
class OtherOrigin(DocumentFault):
    """Advertise `endpoint` on another `origin`, its path unchanged; a second provider there sees what is sent to it."""

    origin: str
    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _moved(document, self.endpoint, self.origin)


@dataclass(frozen=True)
class UnresolvableHost(DocumentFault):
    """Advertise `endpoint` on a host below `.invalid`, a name that no resolver knows (RFC 6761 6.4)."""

    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _moved(document, self.endpoint, f"{call.request.scheme}://provider.invalid")


@dataclass(frozen=True)
class DeadPort(DocumentFault):
    """Advertise `endpoint` on a port with no listener, so that connections to this endpoint alone are refused."""

    endpoint: Advertised = "token"
    _port: int = field(default=0, init=False, repr=False, compare=False)

    endpoints = ("discovery",)

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
        """Reserve a port, without listening on it, until the block ends."""
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            yield InForce(self.with_state(_port=reserved.getsockname()[1]))

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _moved(document, self.endpoint, f"{call.request.scheme}://127.0.0.1:{self._port}")


def _moved(document: dict[str, object], endpoint: str, origin: str) -> dict[str, object]:
    """Return the document with `endpoint` on `origin`, or `document` itself if it does not advertise the endpoint."""
    member = METADATA_MEMBERS[endpoint]
    url = document.get(member)
    if not isinstance(url, str):
        return document
    return {**document, member: origin.rstrip("/") + urlsplit(url).path}


# -- the key set --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmptyKeys(DocumentFault):
    """Publish `{"keys": []}`: well-formed (RFC 7517 5), but no signature can be verified."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return {**document, "keys": []}


@dataclass(frozen=True)
class StaleKeys(DocumentFault):
    """Go on publishing the keys of the moment it was armed, as a cache does; met once the keys have been rotated."""

    _kept: Mapping[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    endpoints = ("jwks",)

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
        """Keep the key set as it is when the block begins, to publish it until the block ends."""
        yield InForce(self.with_state(_kept=provider.keys.jwks()))

    def document(self, call: Call, document: dict[str, object]) -> object:
        return self._kept


@dataclass(frozen=True)
class KeysWithoutKid(DocumentFault):
    """Leave `kid` out of every published key, which is allowed: it is optional (RFC 7517 4.5)."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _replace_keys(document, lambda key: [{name: value for name, value in key.items() if name != "kid"}])


@dataclass(frozen=True)
class SameKidOtherKey(DocumentFault):
    """Publish another key under the `kid` of each true one, so that good tokens seem to be forged."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _replace_keys(document, lambda key: [_impostor(key)])


@dataclass(frozen=True)
class DuplicateKid(DocumentFault):
    """Publish another key with the same `kid` ahead of each true one; distinct keys should have distinct ones.

    RFC 7517 4.5. A client that stops at the first match rejects good tokens.
    """

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        return _replace_keys(document, lambda key: [_impostor(key), key])


@dataclass(frozen=True)
class OversizedKeys(DocumentFault):
    """Publish `count` other keys, each with its own `kid`, ahead of the true ones; a key takes some 400 bytes."""

    count: Amount = 1000

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        keys = document.get("keys")
        if not isinstance(keys, list) or not keys:
            return document
        old = _impostor(keys[0])
        return {**document, "keys": [{**old, "kid": f"old-{n}"} for n in range(1, self.count + 1)] + keys}


@dataclass(frozen=True)
class LeakedPrivateKey(DocumentFault):
    """Publish the private members of the keys too (RFC 7517 9.2: never): whoever reads them can sign."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        private = {key.kid: key.key.as_dict(private=True) for key in call.provider.keys.published}
        return _replace_keys(
            document, lambda key: [{**key, **private.get(str(key.get("kid")), {}), "kid": key.get("kid")}]
        )


_Jwk = dict[str, object]


def _replace_keys(document: dict[str, object], replace: Callable[[_Jwk], list[_Jwk]]) -> dict[str, object]:
    """Return the key set with the keys that `replace` returns in the place of each one."""
    keys = document.get("keys")
    if not isinstance(keys, list):
        return document
    return {**document, "keys": [replaced for key in keys for replaced in replace(key)]}


def _impostor(key: _Jwk) -> _Jwk:
    """Return another key of the same type under the `kid` of `key`."""
    return {**unpublished_key(str(key.get("alg", "RS256"))).public, "kid": key.get("kid")}


@functools.cache
def unpublished_key(algorithm: str) -> SigningKey:
    """Return a key that no provider signs with, one per process: making an RSA key takes tens of milliseconds."""
    return new_key(algorithm, "other", fresh=True)
