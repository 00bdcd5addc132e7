"""A well-signed token that says more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.checking import JsonValue
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ExtraClaim(TokenFault):
    """Add claim `name` to tokens of `kind` that have none; who does not know it ignores it (RFC 7519 4)."""

    name: str
    value: JsonValue = "an unknown claim"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with that claim, unless it has one."""
        draft.claims.setdefault(self.name, self.value)
        return draft
