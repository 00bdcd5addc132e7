"""Tokens this provider issued, found by their value, and what they are worth now."""

from __future__ import annotations

from fakeprovider.state.store import AccessToken, IdToken, RefreshToken, Store
from fakeprovider.tokens.secrets import Secrets

OwnToken = AccessToken | IdToken | RefreshToken


def find(store: Store, value: str) -> OwnToken | None:
    """Return the record of a token this provider issued, alive or not, while it is remembered."""
    return store.access_tokens.get(value) or store.id_tokens.get(value) or store.refresh_tokens.get(value)


def describe(store: Store, secrets: Secrets, value: str, now: float) -> str:
    """Describe in words what is known of a token that was presented as an access token."""
    token = find(store, value)
    if isinstance(token, AccessToken):
        return why_dead(token, now) or "valid"
    kind = secrets.kind_of(value).replace("_", " ")
    if kind == "access token":
        return "an access token that died long ago"
    return f"a token of kind {kind}, not an access token" if kind else "not one this provider issued"


def why_dead(token: OwnToken, now: float) -> str:
    """Return why a token is worth nothing at `now` (seconds since the epoch), "" while it is alive."""
    if token.session.ended:
        return f"of a session that is over: {token.session.ended}"
    if isinstance(token, AccessToken) and token.revoked:
        return "revoked"
    if isinstance(token, RefreshToken) and token.spent_at is not None:
        return f"spent {now - token.spent_at:.0f} s ago"
    if token.expires_at <= now:
        return f"expired {now - token.expires_at:.0f} s ago"
    return ""
