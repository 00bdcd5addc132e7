"""A token signed with a key nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class UnknownKid(TokenFault):
    """Name a `kid` in the header of tokens of `kind` that the key set does not have; the key itself is the true one."""

    kid: str = "unknown"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft under another key's name."""
        draft.header["kid"] = self.kid
        return draft
