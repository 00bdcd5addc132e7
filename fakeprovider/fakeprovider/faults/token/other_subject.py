"""An id token about somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft, TokenKind

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class OtherSubject(TokenFault):
    """Issue id tokens about another `sub`; after a refresh it must be the same as before (OIDC Core 12.2)."""

    sub: str = "somebody-else"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["sub"] = self.sub
        return draft
