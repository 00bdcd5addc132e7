"""A token from a provider whose clock is ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.checking import Seconds
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class NotYetValid(TokenFault):
    """Issue tokens of `kind` whose `nbf` and `iat` lie `seconds` ahead of the provider's clock (RFC 7519 4.1.5)."""

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft for later."""
        draft.claims["iat"] = draft.claims["nbf"] = int(call.at + self.seconds)
        return draft
