"""A token endpoint that does not notice reuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class SpentTwice(StateFault):
    """Honour a spent refresh token as if it had not been spent, whatever the reuse policy says."""

    endpoints = ("token",)

    def before(self, call: Call) -> bool:
        """Take back that the token was spent, if it was."""
        store = call.provider.store
        with store.lock:
            token = store.refresh_tokens.get(call.members.get("refresh_token", ""))
            if token is None or token.spent_at is None:
                return False
            token.spent_at = None
            return True
