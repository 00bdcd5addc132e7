"""A well-signed token that says something else."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft, TokenKind


@dataclass(frozen=True)
class WrongClaim(TokenFault):
    """Give claim `name` the `value` in tokens of `kind` (None leaves the claim out)."""

    name: str
    value: object
    kind: TokenKind = "access_token"

    def token(self, draft: TokenDraft) -> TokenDraft:
        """The draft with that claim."""
        if draft.kind != self.kind:
            return draft
        draft.claims.pop(self.name, None)
        if self.value is not None:
            draft.claims[self.name] = self.value
        return draft
