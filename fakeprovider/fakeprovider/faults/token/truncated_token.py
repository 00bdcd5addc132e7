"""A token that did not fit into somebody's column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.checking import Amount
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class TruncatedToken(TokenFault):
    """Cut the last `characters` off tokens of `kind`; some 340 of an RS256 signature stand at the end."""

    characters: Amount = 20

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true token, shorter."""
        return draft.sign()[: -self.characters]
