"""A token in somebody else's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongTokenIssuer(TokenFault):
    """Issue tokens of `kind` with another `iss`; OIDC Core 3.1.3.7 (2) and RFC 9068 4 ask to refuse them."""

    issuer: str = "https://issuer.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["iss"] = self.issuer
        return draft
