"""A forged token under a true name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.document.key_set import other_key
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongKey(TokenFault):
    """Sign tokens of `kind` with another key, under the `kid` of the published one."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft for another key; its header still names the published one."""
        draft.key = other_key(draft.key.algorithm)
        return draft
