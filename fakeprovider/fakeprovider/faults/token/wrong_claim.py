"""A well-signed token that says something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.checking import JsonValue
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongClaim(TokenFault):
    """Give claim `name` the `value` in tokens of `kind` (None leaves the claim out)."""

    name: str
    value: JsonValue

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with that claim."""
        draft.claims.pop(self.name, None)
        if self.value is not None:
            draft.claims[self.name] = self.value
        return draft
