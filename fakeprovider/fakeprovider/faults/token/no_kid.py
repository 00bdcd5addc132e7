"""A token that does not say who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class NoKid(TokenFault):
    """Leave `kid` out of the header of tokens of `kind` (optional by RFC 7515 4.1.4)."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft without the name of its key."""
        draft.header.pop("kid", None)
        return draft
