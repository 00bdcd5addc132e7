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

    def concerns(self, call: Call) -> bool:
        """Whether there is a session that lives."""
        session = session_of(call)
        return session is not None and not session.ended

    def before(self, call: Call) -> None:
        """End the session."""
        session = session_of(call)
        if session is not None:
            call.provider.store.end_session(session, self.why, call.at)
