"""The userinfo endpoint (OIDC Core 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.bearer import require_access_token

if TYPE_CHECKING:
    from fakeprovider.call import Call


def serve(call: Call) -> Answer:
    """Who the bearer of the token is."""
    token = require_access_token(call)
    person = call.provider.people[token.session.subject]
    return Answer.json(call.provider.dialect.userinfo(person))
