"""The protected resource that the tokens are for: a stand-in for the tool's own API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.bearer import require_access_token

if TYPE_CHECKING:
    from fakeprovider.call import Call


def serve(call: Call) -> Answer:
    """The dialect's answer to a good token, 401 to any other."""
    token = require_access_token(call)
    return call.provider.dialect.api(call, token)
