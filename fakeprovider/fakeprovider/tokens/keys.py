"""Signing keys: made or loaded once, never re-read per signature (RFC 7517, RFC 7518)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, JWKRegistry, Key, OctKey, OKPKey, RSAKey

from fakeprovider.vocabulary import EC_CURVES, RSA_ALGORITHMS


@dataclass(frozen=True)
class SigningKey:
    """A private key that signs with one algorithm and is published under one `kid`; an empty `kid` is left out."""

    kid: str
    algorithm: str
    key: Key = field(repr=False)

    @functools.cached_property
    def public(self) -> dict[str, object]:
        """The public half, as a member of a JWKS (RFC 7517 4)."""
        members: dict[str, object] = {**self.key.as_dict(private=False), "use": "sig", "alg": self.algorithm}
        members.pop("kid", None)
        return {**members, "kid": self.kid} if self.kid else members

    @property
    def public_der(self) -> str:
        """The public half as a SubjectPublicKeyInfo (RFC 5280 4.1) in base64; "" for a secret, which has none."""
        if isinstance(self.key, OctKey):
            return ""
        return base64.b64encode(self.key.as_der(private=False)).decode()

    def image(self) -> dict[str, object]:
        """Return the key with its private half as a JSON object, which `read_image` reads."""
        return {"kid": self.kid, "algorithm": self.algorithm, "jwk": self._private}

    @functools.cached_property
    def _private(self) -> dict[str, object] | None:
        """The private key as a JWK; None for the one that ships with the package, which everybody has."""
        return None if self.key is shipped_rsa_key() else dict(self.key.as_dict(private=True))


def read_image(image: Mapping[str, Any]) -> SigningKey:
    """Return the key that `SigningKey.image` described; an RSA key takes 30 ms to read."""
    key = shipped_rsa_key() if image["jwk"] is None else JWKRegistry.import_key(dict(image["jwk"]))
    return SigningKey(image["kid"], image["algorithm"], key)


@functools.cache
def shipped_rsa_key() -> RSAKey:
    """Return the RSA key that ships with the package, so that a provider starts without generating one.

    It is public knowledge and signs nothing but test tokens. Re-validating it would cost 27 ms a process.
    """
    der = resources.files(__package__).joinpath("test_signing_key.der").read_bytes()
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):  # pragma: no cover - the shipped file is an RSA key
        raise TypeError("the shipped signing key is not an RSA key")
    return RSAKey.import_key(key)


def new_key(algorithm: str, kid: str, *, fresh: bool = False) -> SigningKey:
    """Return a key for `algorithm`; RSA keys are the shipped one unless `fresh` asks for 30 ms of generation."""
    if algorithm in RSA_ALGORITHMS:
        return SigningKey(kid, algorithm, RSAKey.generate_key(2048) if fresh else shipped_rsa_key())
    if algorithm in EC_CURVES:
        return SigningKey(kid, algorithm, ECKey.generate_key(EC_CURVES[algorithm]))
    return SigningKey(kid, algorithm, OKPKey.generate_key("Ed25519"))


def shared_key(secret: str, algorithm: str) -> SigningKey:
    """Return the HMAC key that a client secret is: its UTF-8 octets (OIDC Core 10.1)."""
    octets = secret.encode()
    # import_key() warns below 112 bits; how long a test's client secret is, is the test's business.
    return SigningKey("", algorithm, OctKey(octets, octets))
