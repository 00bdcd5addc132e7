"""The oldest trick against those who let the token choose how it is checked."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.token.compact import compact, published_pem
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class HmacWithPublicKey(TokenFault):
    """Sign tokens of `kind` with HS256 and the published public key (PEM) as the secret (RFC 8725 2.1, 3.1)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The claims, with a signature that everybody can make."""
        secret = published_pem(draft.key)
        return compact({**draft.header, "alg": "HS256"}, draft.claims, lambda data: hmac.digest(secret, data, "sha256"))
