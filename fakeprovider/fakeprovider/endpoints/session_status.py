"""The session status endpoint, as spec-kitty's service has it: whether the session of the bearer token lives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fakeprovider.checks.bearer import require_access_token
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return 200 with the session of the bearer token while it lives, one generic 401 for every other token."""
    session = require_access_token(call).session
    return Answer.json(
        {
            "session_id": session.id,
            "current_generation": session.generation,
            "created_at": datetime.fromtimestamp(session.created_at, UTC).isoformat().replace("+00:00", "Z"),
            "status": "active",
        }
    )
