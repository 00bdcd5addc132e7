"""A token without a signature that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.token.compact import compact
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class AlgNone(TokenFault):
    """Issue tokens of `kind` with `alg: none` and an empty signature (RFC 8725 3.2: never accepted)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The claims, unsigned."""
        return compact({**draft.header, "alg": "none"}, draft.claims, lambda _: b"")
