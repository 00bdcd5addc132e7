"""A token that must not be understood by halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.token.compact import compact, signer
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class CriticalHeader(TokenFault):
    """Mark a header as critical in tokens of `kind`: who does not know it must refuse them (RFC 7515 4.1.11)."""

    name: str = "https://critical.invalid/extension"

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The draft with a header nobody knows; the signature is true."""
        return compact({**draft.header, "crit": [self.name], self.name: True}, draft.claims, signer(draft.key))
