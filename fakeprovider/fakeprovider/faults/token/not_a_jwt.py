"""A token in a form nobody expects."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class NotAJwt(TokenFault):
    """Issue opaque tokens where `kind` promises a JWT; an empty `text` makes a new random one each time."""

    text: str = ""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """Something without three parts."""
        return self.text or f"opaque-{secrets.token_urlsafe(32)}"
