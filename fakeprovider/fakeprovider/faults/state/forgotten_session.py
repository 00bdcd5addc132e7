"""A provider that lost its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import StateFault
from fakeprovider.faults.state.concerned import session_of

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class ForgottenSession(StateFault):
    """Forget the session of a request and all its tokens, just before it is processed: never heard of them."""

    def concerns(self, call: Call) -> bool:
        """Whether there is a session."""
        return session_of(call) is not None

    def before(self, call: Call) -> None:
        """Drop every record of the session."""
        session = session_of(call)
        if session is None:
            return
        store = call.provider.store
        with store.lock:
            for records in (store.refresh_tokens, store.access_tokens, store.id_tokens):
                for value in [value for value, record in records.items() if record.session is session]:
                    del records[value]
            store.sessions.pop(session.id, None)
