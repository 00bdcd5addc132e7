"""A token in an envelope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from joserfc import jwe
from joserfc.jwk import OctKey

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class EncryptedToken(TokenFault):
    """Encrypt the signed token into a JWE that the client has no key for (RFC 7516 7.1: five parts, not three)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true token, sealed with a key that is thrown away."""
        header = {"alg": "dir", "enc": "A128GCM", "cty": "JWT"}
        return jwe.encrypt_compact(header, draft.sign(), OctKey.generate_key(128))
