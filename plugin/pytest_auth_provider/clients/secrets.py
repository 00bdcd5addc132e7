"""Find issued secrets in bytes, in every spelling that gives them away: plain, percent-encoded, as JSON, as base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Secrets with fewer characters are not searched for: they would turn up by chance."""


class IssuedSecret(Protocol):
    """A secret that the provider issued, as it remembers it."""

    @property
    def kind(self) -> str:
        """What the secret is in the protocol, as in `refresh_token`."""

    @property
    def value(self) -> str:
        """The secret itself."""


AnySecret = TypeVar("AnySecret", bound=IssuedSecret)


@lru_cache(maxsize=4096)
def spellings(value: str) -> tuple[bytes, ...]:
    """List every byte string that gives `value` away, the plain one first."""
    plain = value.encode()
    in_urls = [quote(value).encode(), quote(value, safe="").encode(), quote_plus(value).encode()]
    as_json = [json.dumps(value, ensure_ascii=pure)[1:-1].encode() for pure in (True, False)]
    escaped = [spelling.replace(b"/", rb"\/") for spelling in as_json]
    return tuple(dict.fromkeys([plain, *in_urls, *as_json, *escaped, *_base64_cores(plain)]))


def _base64_cores(plain: bytes) -> list[bytes]:
    """List what base64 makes of `plain` wherever it starts inside longer data, as in `client:secret`.

    Base64 works on groups of three bytes, so there are three possible alignments; the characters at both ends also
    depend on the neighbours and are cut off.
    """
    cores = []
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + plain)
        first = (0, 2, 3)[shift]
        last = len(whole) - (0, 4, 4)[len(bytes(shift) + plain) % 3]
        core = whole[first:last]
        cores += [core, core.replace(b"+", b"-").replace(b"/", b"_")]
    return cores


def find_secrets(data: bytes, secrets: Iterable[AnySecret]) -> list[tuple[AnySecret, bytes]]:
    """Return the secrets that `data` gives away, each with the spelling it was found in."""
    found = []
    for secret in secrets:
        if len(secret.value) < SHORTEST:
            continue
        spelling = next((known for known in spellings(secret.value) if known in data), None)
        if spelling is not None:
            found.append((secret, spelling))
    return found
