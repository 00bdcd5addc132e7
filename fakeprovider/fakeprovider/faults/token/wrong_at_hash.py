"""An id token that belongs to another access token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft, TokenKind

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongAtHash(TokenFault):
    """Issue id tokens whose `at_hash` fits another access token (OIDC Core 3.1.3.8)."""

    at_hash: str = "AAAAAAAAAAAAAAAAAAAAAA"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["at_hash"] = self.at_hash
        return draft
