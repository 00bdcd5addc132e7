"""Helpers to bend the members of a key set."""

from __future__ import annotations

import functools
from collections.abc import Callable

from fakeprovider.keys import SigningKey, new_key

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
