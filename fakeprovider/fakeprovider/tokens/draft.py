"""A JWT before it is signed: a draft of header, claims and key, which token faults may change."""

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
    """Every algorithm and header there is; whether a client may accept one is for the client to judge."""

    def get_alg(self, name: str) -> Any:  # joserfc keeps the type to itself
        return self.algorithms[name]


_REGISTRY = _EveryAlgorithm(strict_check_header=False)


@dataclass
class TokenDraft:
    """Header, claims and key of a JWT that is about to be signed; here they can be made to disagree."""

    kind: TokenKind
    header: dict[str, object]
    claims: dict[str, object]
    key: SigningKey = field(repr=False)

    @classmethod
    def of(cls, kind: TokenKind, claims: dict[str, object], key: SigningKey, media_type: str = "JWT") -> TokenDraft:
        """Return a correct draft: the header names the algorithm, and the `kid` of the key where it has one."""
        header: dict[str, object] = {"alg": key.algorithm, "typ": media_type}
        return cls(kind, {**header, "kid": key.kid} if key.kid else header, claims, key)

    def sign(self) -> str:
        """Return the compact serialization (RFC 7515 7.1), signed as the header says."""
        return jwt.encode(self.header, self.claims, self.key.key, registry=_REGISTRY, default_type=None)


def half_hash(value: str, algorithm: str) -> str:
    """Return the left half of a hash, as in `at_hash` and `c_hash` (OIDC Core 3.1.3.6)."""
    bits = "512" if algorithm in EDWARDS_ALGORITHMS else algorithm[-3:]
    digest = hashlib.new(f"sha{bits}", value.encode("ascii")).digest()
    return base64url(digest[: len(digest) // 2])
