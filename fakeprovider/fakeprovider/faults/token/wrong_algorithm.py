"""A token that was not signed the way it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.token.compact import compact, signer
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongAlgorithm(TokenFault):
    """Name another `alg` in the header of tokens of `kind` than the one that signed them."""

    alg: str = "RS512"

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true signature under another algorithm's name."""
        return compact({**draft.header, "alg": self.alg}, draft.claims, signer(draft.key))
