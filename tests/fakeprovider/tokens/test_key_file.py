"""Signing with a key of one's own: PEM and JWK files, and what is said of files that are neither."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from joserfc.jwk import ECKey, OctKey, OKPKey

from fakeprovider import Provider, SettingError
from tests.support.providers import Serve

EXPECTED = "expected a private RSA, EC or Ed25519 key as PEM, or as a JWK in JSON"


def pem(key: Any, password: bytes = b"") -> bytes:
    """A private key as PKCS #8."""
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    data: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    return data


MAKE: dict[str, Callable[[], bytes]] = {
    "RS256": lambda: pem(rsa.generate_private_key(65537, 2048)),
    "ES256": lambda: pem(ec.generate_private_key(ec.SECP256R1())),
    "ES384": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
    "ES512": lambda: pem(ec.generate_private_key(ec.SECP521R1())),
    "EdDSA": lambda: pem(ed25519.Ed25519PrivateKey.generate()),
}


@pytest.mark.parametrize("algorithm", MAKE)
def test_a_pem_file_signs_with_what_suits_it(serve: Serve, http: httpx.Client, tmp_path: Path, algorithm: str) -> None:
    """The algorithm follows the key, and the JWKS holds its public half."""
    file = tmp_path / "key.pem"
    file.write_bytes(MAKE[algorithm]())
    provider = serve(signing_key=file)
    token = provider.issue().access_token

    (key,) = http.get(provider.url("jwks")).json()["keys"]
    assert (key["alg"], key["kid"], "d" in key) == (algorithm, "key-1", False)
    assert jwt.decode(token, jwt.PyJWK(key), [algorithm], options={"verify_aud": False})["sub"] == "user-1"


def test_an_rsa_key_signs_whatever_rsa_signs(serve: Serve, tmp_path: Path) -> None:
    """The algorithm that was asked for is kept where the key can do it."""
    file = tmp_path / "key.pem"
    file.write_bytes(MAKE["RS256"]())
    provider = serve(signing_key=str(file), algorithm="PS512")
    assert jwt.get_unverified_header(provider.issue().access_token)["alg"] == "PS512"


def test_a_jwk_keeps_its_kid_and_algorithm(serve: Serve, http: httpx.Client, tmp_path: Path) -> None:
    """A JWK file says itself what it is called."""
    file = tmp_path / "key.json"
    file.write_text(json.dumps({**OKPKey.generate_key("Ed25519").as_dict(private=True), "kid": "mine", "alg": "EdDSA"}))
    provider = serve(signing_key=file)

    assert jwt.get_unverified_header(provider.issue().access_token)["kid"] == "mine"
    (key,) = http.get(provider.url("jwks")).json()["keys"]
    assert (key["kid"], key["alg"], "d" in key) == ("mine", "EdDSA", False)


def public_pem() -> bytes:
    """A public key as PEM."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


BAD: dict[str, tuple[Callable[[], bytes], dict[str, str], str]] = {
    "text": (lambda: b"hello\n", {}, f"is neither PEM nor JSON; {EXPECTED}"),
    "empty": (lambda: b"", {}, f"is neither PEM nor JSON; {EXPECTED}"),
    "public PEM": (public_pem, {}, f"holds a public key, which cannot sign; {EXPECTED}"),
    "locked PEM": (
        lambda: pem(ec.generate_private_key(ec.SECP256R1()), b"sesame"),
        {},
        f"is encrypted; {EXPECTED}, without a password",
    ),
    "short RSA": (
        lambda: pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - too short is the case
        {},
        "has 1024 bits; expected 2048 or more (RFC 7518 3.3)",
    ),
    "curve": (
        lambda: pem(ec.generate_private_key(ec.SECP256K1())),
        {},
        "is on curve secp256k1; expected one of P-256, P-384, P-521, Ed25519",
    ),
    "other kind": (
        lambda: pem(x25519.X25519PrivateKey.generate()),
        {},
        f"holds a key of another kind (X25519PrivateKey); {EXPECTED}",
    ),
    "mismatch": (MAKE["ES256"], {"algorithm": "RS256"}, "cannot sign RS256: it holds a key for ES256"),
    "public JWK": (
        lambda: json.dumps(ECKey.generate_key("P-256").as_dict(private=False)).encode(),
        {},
        f"holds a public key, which cannot sign; {EXPECTED}",
    ),
    "secret JWK": (
        lambda: json.dumps(OctKey.generate_key(256).as_dict()).encode(),
        {},
        f"holds a shared secret; {EXPECTED}",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_no_key_is_explained(tmp_path: Path, case: str) -> None:
    """The message names the file, what it is, and what was expected."""
    make, knobs, said = BAD[case]
    file = tmp_path / "key"
    file.write_bytes(make())
    with pytest.raises(SettingError) as caught:
        Provider(signing_key=file, **knobs)  # type: ignore[arg-type]  # the knobs of a table
    assert str(caught.value) == f"signing_key {str(file)!r} {said}"


def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    """A missing file and a directory are named with the reason."""
    missing = tmp_path / "nowhere.pem"
    with pytest.raises(SettingError) as caught:
        Provider(signing_key=missing)
    assert str(caught.value) == f"signing_key {str(missing)!r} cannot be read: No such file or directory; {EXPECTED}"
    with pytest.raises(SettingError) as caught:
        Provider(signing_key=tmp_path)
    assert str(caught.value) == f"signing_key {str(tmp_path)!r} cannot be read: Is a directory; {EXPECTED}"


def test_broken_json_is_explained(tmp_path: Path) -> None:
    """JSON that is no JWK is told from what is no JSON at all."""
    file = tmp_path / "key.json"
    file.write_text('{"kty": "EC"}')
    with pytest.raises(SettingError, match=r"^signing_key '.*' is not a JWK \(.+\); expected a private"):
        Provider(signing_key=file)
