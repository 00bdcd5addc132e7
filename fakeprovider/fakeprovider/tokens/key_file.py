"""A signing key from a file of the user's: PEM (PKCS #8, PKCS #1, SEC 1) or JWK (RFC 7517)."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OctKey, OKPKey, RSAKey

from fakeprovider.errors import SettingError
from fakeprovider.tokens.keys import SigningKey
from fakeprovider.vocabulary import EC_CURVES, EDWARDS_ALGORITHMS, RSA_ALGORITHMS

CURVES: Final = {**EC_CURVES, **dict.fromkeys(EDWARDS_ALGORITHMS, "Ed25519")}
EXPECTED: Final = "expected a private RSA, EC or Ed25519 key as PEM, or as a JWK in JSON"


def read_signing_key(path: str | os.PathLike[str], algorithm: str = "") -> SigningKey:
    """Return the private key in the file `path`, signing with `algorithm`, or with what suits it.

    A JWK keeps its `kid` and `alg`. Raises `SettingError`, naming the file and what was expected, for a file that
    cannot be read, holds something else, or a key that cannot sign with `algorithm`.
    """
    name = f"signing_key {str(path)!r}"
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise SettingError(f"{name} cannot be read: {said}; {EXPECTED}") from None
    if content.lstrip().startswith(b"{"):
        key, members = _from_jwk(name, content)
    else:
        key, members = _from_pem(name, content), {}
    suitable = _algorithms(name, key)
    wanted = algorithm or str(members.get("alg", "")) or suitable[0]
    if wanted not in suitable:
        raise SettingError(f"{name} cannot sign {wanted}: it holds a key for {', '.join(suitable)}")
    return SigningKey(str(members.get("kid", "key-1")), wanted, key)


def _from_jwk(name: str, content: bytes) -> tuple[Key, dict[str, Any]]:
    try:
        members = json.loads(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # said better by _algorithms()
            key = JWKRegistry.import_key(members)
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise SettingError(f"{name} is not a JWK ({_said(error)}); {EXPECTED}") from None
    if isinstance(key, OctKey) or not key.is_private:
        kind = "a shared secret" if isinstance(key, OctKey) else "a public key, which cannot sign"
        raise SettingError(f"{name} holds {kind}; {EXPECTED}")
    return key, members


def _from_pem(name: str, content: bytes) -> Key:
    if b"PUBLIC KEY-----" in content:
        raise SettingError(f"{name} holds a public key, which cannot sign; {EXPECTED}")
    try:
        key = serialization.load_pem_private_key(content, None)
    except TypeError:
        raise SettingError(f"{name} is encrypted; {EXPECTED}, without a password") from None
    except Exception:  # cryptography names several of its own; each means that this is no key it knows
        raise SettingError(f"{name} is neither PEM nor JSON; {EXPECTED}") from None
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAKey(key, key)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ECKey.import_key(key)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return OKPKey.import_key(key)
    raise SettingError(f"{name} holds a key of another kind ({type(key).__name__}); {EXPECTED}")


def _algorithms(name: str, key: Key) -> tuple[str, ...]:
    if isinstance(key, RSAKey):
        if key.raw_value.key_size < 2048:
            bits = key.raw_value.key_size
            raise SettingError(f"{name} has {bits} bits; expected 2048 or more (RFC 7518 3.3)")
        return RSA_ALGORITHMS
    curve = str(key.as_dict(private=False).get("crv", ""))
    fitting = tuple(algorithm for algorithm, of in CURVES.items() if of == curve)
    if not fitting:
        raise SettingError(f"{name} is on curve {curve}; expected one of {', '.join(dict.fromkeys(CURVES.values()))}")
    return fitting


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
