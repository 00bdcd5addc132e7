"""The userinfo endpoint (OIDC Core 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import FORM
from fakeprovider.checks.bearer import challenge, require_access_token
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return the claims of the person the token stands for (OIDC Core 5.3.2).

    Raises 403 `insufficient_scope` for a token without scope `openid` or one that stands for no person.
    """
    _read_body(call)
    token, people = require_access_token(call), call.provider.people
    subject = token.session.subject
    if "openid" not in token.scope.split() or subject not in people:
        story = f"userinfo needs a person's token with scope 'openid'; this one has {token.scope!r}, for {subject!r}"
        headers = challenge(call, "insufficient_scope", scope="openid")
        raise OAuthError("insufficient_scope", f"{story} (OIDC Core 5.3.1)", 403, headers=headers)
    return Answer.json(call.provider.dialect.userinfo(people[subject]))


def _read_body(call: Call) -> None:
    """Take the token from a form where the header has none (RFC 6750 2.2); refuse one that came both ways."""
    sent = call.members.get("access_token", "") if call.request.mimetype == FORM else ""
    if sent and call.bearer:
        story = "the access token arrived in the header and in the body; one way at a time is allowed (RFC 6750 2)"
        raise OAuthError("invalid_request", story, headers=challenge(call, "invalid_request"))
    call.bearer = call.bearer or sent
