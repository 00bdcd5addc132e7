"""Signing keys: made or loaded once, never re-read per signature, published as a JWKS (RFC 7517)."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, field
from importlib import resources
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

EC_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
RSA_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ALGORITHMS: Final = (*RSA_ALGORITHMS, *EC_CURVES, "EdDSA")


@dataclass(frozen=True)
class SigningKey:
    """A private key that signs with one algorithm and is published under one `kid`."""

    kid: str
    algorithm: str
    key: Key = field(repr=False)

    @functools.cached_property
    def public(self) -> dict[str, object]:
        """The public half, as a member of a JWKS (RFC 7517 4)."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": self.algorithm}


@functools.cache
def shipped_rsa_key() -> RSAKey:
    """The RSA key that ships with the package, so that a provider starts without generating one.

    It is public knowledge and signs nothing but test tokens. Re-validating it would cost 27 ms a process.
    """
    der = resources.files(__package__).joinpath("test_signing_key.der").read_bytes()
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):  # pragma: no cover - the shipped file is an RSA key
        raise TypeError("the shipped signing key is not an RSA key")
    return RSAKey.import_key(key)


def new_key(algorithm: str, kid: str, *, fresh: bool = False) -> SigningKey:
    """A key for `algorithm`; RSA keys are the shipped one unless `fresh` asks for 30 ms of generation."""
    if algorithm in RSA_ALGORITHMS:
        return SigningKey(kid, algorithm, RSAKey.generate_key(2048) if fresh else shipped_rsa_key())
    if algorithm in EC_CURVES:
        return SigningKey(kid, algorithm, ECKey.generate_key(EC_CURVES[algorithm]))
    return SigningKey(kid, algorithm, OKPKey.generate_key("Ed25519"))


class KeyRing:
    """The keys of one provider: one signs, all published ones stand in the JWKS.

    The first key is made when it is first needed: a provider that signs nothing loads nothing.
    """

    def __init__(self, algorithm: str) -> None:
        self._algorithm = algorithm
        self._numbers = itertools.count(1)
        self._published: list[SigningKey] = []

    @property
    def active(self) -> SigningKey:
        """The key that signs now."""
        return self.published[0]

    @property
    def published(self) -> list[SigningKey]:
        """The keys in the JWKS, the signing one first."""
        if not self._published:
            self._published.append(self._next(fresh=False))
        return self._published

    def rotate(self, *, keep_old: bool = True) -> SigningKey:
        """Sign with a new key from now on; the old one stays published while `keep_old` (OIDC Core 10.1.1)."""
        old = self.published if keep_old else []
        self._published = [self._next(fresh=True), *old]
        return self.active

    def jwks(self) -> dict[str, object]:
        """The JWK Set the `jwks` endpoint serves (RFC 7517 5)."""
        return {"keys": [dict(key.public) for key in self.published]}

    def _next(self, *, fresh: bool) -> SigningKey:
        return new_key(self._algorithm, f"key-{next(self._numbers)}", fresh=fresh)
