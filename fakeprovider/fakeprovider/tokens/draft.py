"""Minting: a draft of header, claims and key, which token faults may bend before it is signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from joserfc import jwt
from joserfc.jws import JWSRegistry

from fakeprovider.tokens.jwt import base64url
from fakeprovider.tokens.keys import SigningKey
from fakeprovider.vocabulary import EDWARDS_ALGORITHMS

TokenKind = Literal["access_token", "id_token"]


class _EveryAlgorithm(JWSRegistry):
    """All algorithms and headers: what clients should think of them is for them to say, so joserfc need not warn."""

    def get_alg(self, name: str) -> Any:  # joserfc keeps the type to itself
        return self.algorithms[name]


_REGISTRY = _EveryAlgorithm(strict_check_header=False)


@dataclass
class TokenDraft:
    """A JWT before it is signed: the one place where algorithm, kid, key and claims can be made to disagree."""

    kind: TokenKind
    header: dict[str, object]
    claims: dict[str, object]
    key: SigningKey = field(repr=False)

    @classmethod
    def of(cls, kind: TokenKind, claims: dict[str, object], key: SigningKey, media_type: str = "JWT") -> TokenDraft:
        """An honest draft: the header names the key that will sign, where that key has a name."""
        header: dict[str, object] = {"alg": key.algorithm, "typ": media_type}
        return cls(kind, {**header, "kid": key.kid} if key.kid else header, claims, key)

    def sign(self) -> str:
        """The compact serialization (RFC 7515 7.1), signed as the header says."""
        return jwt.encode(self.header, self.claims, self.key.key, registry=_REGISTRY, default_type=None)


def half_hash(value: str, algorithm: str) -> str:
    """The left half of a hash, as in `at_hash` and `c_hash` (OIDC Core 3.1.3.6)."""
    bits = "512" if algorithm in EDWARDS_ALGORITHMS else algorithm[-3:]
    digest = hashlib.new(f"sha{bits}", value.encode("ascii")).digest()
    return base64url(digest[: len(digest) // 2])
