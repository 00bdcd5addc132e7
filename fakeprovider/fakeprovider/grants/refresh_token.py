"""The refresh_token grant (RFC 6749 6): rotation, families, and what happens when a spent token comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import require
from fakeprovider.checks.subject_token import check_owner, narrow_scope
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.protocol.uris import narrow_resources
from fakeprovider.state.store import RefreshToken

if TYPE_CHECKING:
    from fakeprovider.context import Call


def exchange(call: Call) -> dict[str, object]:
    """Spend a refresh token and return the next generation; of concurrent requests one wins (RFC 9700 4.14)."""
    value = require(call.members, "refresh_token", "RFC 6749 6")
    store = call.provider.store
    with store.lock:
        token = store.refresh_tokens.get(value)
        if token is None:
            story = "the refresh token was never issued here, or was cleaned up long ago"
            raise OAuthError("invalid_grant", story, reason="refresh_token_unknown")
        check_owner(call, token)
        if token.spent_at is not None:
            return _reused(call, token, token.spent_at)
        _check_alive(call, token)
        scope = narrow_scope(call.members.get("scope", ""), token.session.scope, "RFC 6749 6")
        audience = narrow_resources(call.parameters.getlist("resource"), token.session.audience)
        if not call.provider.rotate_refresh_tokens:
            return issue(call, token.session, IssueOptions(scope, audience, refresh=False))
        token.spent_at = call.at
        token.successor = issue(call, token.session, IssueOptions(scope, audience))
        return token.successor


def _check_alive(call: Call, token: RefreshToken) -> None:
    if token.session.ended:
        story = f"the session of this refresh token is over: {token.session.ended}"
        raise OAuthError("invalid_grant", story, reason="refresh_token_revoked")
    if token.expires_at <= call.at:
        story = f"the refresh token expired {call.at - token.expires_at:.0f} s ago"
        raise OAuthError("invalid_grant", story, reason="refresh_token_expired")


def _reused(call: Call, token: RefreshToken, spent_at: float) -> dict[str, object]:
    """Apply the reuse policy to a spent token."""
    provider = call.provider
    ago = max(0.0, call.at - spent_at)  # the request that spent it may have arrived later
    story = f"generation {token.generation} of this family was spent {ago:.1f} s ago"
    in_grace = ago <= provider.reuse_grace and not token.session.ended
    if provider.reuse == "benign_409" and in_grace:
        extra = {} if provider.retry_after is None else {"retry_after": provider.retry_after}
        raise OAuthError("refresh_replay_benign_retry", f"{story}; a newer one exists", 409, extra=extra)
    if provider.reuse == "replay_same_answer" and in_grace and token.successor is not None:
        call.note = f"{story}; its answer is given again"
        return token.successor
    if provider.reuse == "reused_401":
        raise OAuthError("refresh_token_reused", story, 401, reason="refresh_token_reused")
    if provider.reuse == "reject":
        raise OAuthError("invalid_grant", f"{story}; the family lives on", reason="refresh_token_reused")
    provider.store.end_session(token.session, "a spent refresh token came back, so the family was revoked", call.at)
    story += "; the whole family is revoked now (RFC 9700 4.14.2)"
    raise OAuthError("invalid_grant", story, reason="refresh_token_reused")
