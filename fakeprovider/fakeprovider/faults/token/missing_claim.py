"""A well-signed token that keeps something back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class MissingClaim(TokenFault):
    """Leave claim `name` out of tokens of `kind`."""

    name: str

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft without it."""
        draft.claims.pop(self.name, None)
        return draft
