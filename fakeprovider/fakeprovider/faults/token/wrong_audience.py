"""A token for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongAudience(TokenFault):
    """Issue tokens of `kind` with another `aud`; OIDC Core 3.1.3.7 (3) and RFC 9068 4 ask to refuse them."""

    audience: str = "https://audience.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["aud"] = self.audience
        return draft
