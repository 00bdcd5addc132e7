"""Tokens that no JOSE library would make: the compact serialization by hand (RFC 7515 7.1)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping

from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from fakeprovider.errors import SettingError
from fakeprovider.keys import SigningKey


def compact(header: Mapping[str, object], claims: Mapping[str, object], sign: Callable[[bytes], bytes]) -> str:
    """Header, claims and what `sign` makes of them, whether or not they fit together."""
    signed = f"{_encoded(_json(header))}.{_encoded(_json(claims))}"
    return f"{signed}.{_encoded(sign(signed.encode()))}"


def signer(key: SigningKey) -> Callable[[bytes], bytes]:
    """The signature of `key` with its own algorithm, whatever a header says."""
    algorithm = JWSRegistry.algorithms[key.algorithm]
    return lambda data: algorithm.sign(data, key.key)


def published_pem(key: SigningKey) -> bytes:
    """The public half of `key` as PEM, as people paste it into configurations."""
    if isinstance(key.key, OctKey):
        raise SettingError(f"key {key.kid!r} is a shared secret and has no public half")
    return key.key.as_pem(private=False)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
