"""An id token that was issued to somebody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft, TokenKind

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongAzp(TokenFault):
    """Issue id tokens with another `azp`; a client refuses one that is not its own id (OIDC Core 3.1.3.7 (5))."""

    azp: str = "another-client"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["azp"] = self.azp
        return draft
