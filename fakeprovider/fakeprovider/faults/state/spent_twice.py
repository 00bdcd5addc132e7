"""A token endpoint that does not notice reuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.store import RefreshToken


@dataclass(frozen=True)
class SpentTwice(StateFault):
    """Honour a spent refresh token as if it had not been spent, whatever the reuse policy says."""

    endpoints = ("token",)

    def concerns(self, call: Call) -> bool:
        """Whether a spent token has come back."""
        token = _token_of(call)
        return token is not None and token.spent_at is not None

    def before(self, call: Call) -> None:
        """Take back that the token was spent."""
        token = _token_of(call)
        if token is not None:
            token.spent_at = None


def _token_of(call: Call) -> RefreshToken | None:
    return call.provider.store.refresh_tokens.get(call.members.get("refresh_token", ""))
