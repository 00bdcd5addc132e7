"""A token that is too old when it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.checking import Seconds
from fakeprovider.tokens import TokenDraft

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ExpiredToken(TokenFault):
    """Issue tokens of `kind` that expired `seconds` ago by the provider's clock; `expires_in` does not tell.

    The provider's own resources go on accepting it: to let a token grow old there too, advance the clock.
    """

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with its times shifted, so that it was good for as long as it should be."""
        shift = int(self.seconds) + _number(draft.claims.get("exp")) - int(call.at)
        for name in {"iat", "nbf", "exp", "auth_time"} & draft.claims.keys():
            draft.claims[name] = _number(draft.claims[name]) - shift
        return draft


def _number(claim: object) -> int:
    return claim if isinstance(claim, int) else 0
