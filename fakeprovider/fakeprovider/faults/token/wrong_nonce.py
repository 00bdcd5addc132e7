"""An id token of another sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft, TokenKind

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongNonce(TokenFault):
    """Issue id tokens with another `nonce` than the client sent; it has to refuse them (OIDC Core 3.1.3.7 (11))."""

    nonce: str = "another-nonce"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["nonce"] = self.nonce
        return draft
