"""Signed out from somewhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault
from fakeprovider.faults.state.concerned import session_of

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class RevokedSession(StateFault):
    """End the session of a request behind the client's back, just before it is processed.

    Access and refresh tokens are worthless from then on; the provider says truthfully why.
    """

    why: str = "it was revoked behind the client's back"

    def before(self, call: Call) -> bool:
        """End the session, if there is one that lives."""
        session = session_of(call)
        if session is None or session.ended:
            return False
        call.provider.store.end_session(session, self.why, call.at)
        return True
