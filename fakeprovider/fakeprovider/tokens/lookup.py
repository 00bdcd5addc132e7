"""Tokens of ours that come back as proof: as an assertion, as the subject of an exchange, as a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.errors import OAuthError
from fakeprovider.protocol.assertions import BadAssertion, accepted_audiences, verify
from fakeprovider.state.store import AccessToken, IdToken, RefreshToken
from fakeprovider.tokens.keys import SECRET_ALGORITHMS

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider import Provider


OwnToken = AccessToken | IdToken | RefreshToken


def find(provider: Provider, value: str) -> OwnToken | None:
    """The record of a token this provider issued, alive or not, while it is remembered."""
    store = provider.store
    return store.access_tokens.get(value) or store.id_tokens.get(value) or store.refresh_tokens.get(value)


def describe(provider: Provider, value: str) -> str:
    """In words, what the provider knows of a token, wanted as an access token."""
    token = find(provider, value)
    if isinstance(token, AccessToken):
        return why_dead(token, provider.clock.now()) or "valid"
    kind = provider.secrets.kind_of(value).replace("_", " ")
    if kind == "access token":
        return "an access token that died long ago"
    return f"a token of kind {kind}, not an access token" if kind else "not one this provider issued"


def why_dead(token: OwnToken, now: float) -> str:
    """Why the token is worth nothing, or an empty string while it is alive."""
    if token.session.ended:
        return f"of a session that is over: {token.session.ended}"
    if isinstance(token, AccessToken) and token.revoked:
        return "revoked"
    if isinstance(token, RefreshToken) and token.spent_at is not None:
        return f"spent {now - token.spent_at:.0f} s ago"
    if token.expires_at <= now:
        return f"expired {now - token.expires_at:.0f} s ago"
    return ""


def require_alive(call: Call, value: str, kinds: tuple[type[OwnToken], ...], role: str, source: str) -> OwnToken:
    """The live token of ours behind `value`, with its claims checked, or `invalid_grant` saying what it is instead."""
    provider = call.provider
    token = find(provider, value)
    if token is None:
        story = "not one this provider issued, or died long ago"
    elif not isinstance(token, kinds):
        story = f"{_KINDS[type(token)]}, expected {' or '.join(_KINDS[kind] for kind in kinds)}"
    else:
        story = why_dead(token, call.at - provider.leeway) or _why_unproven(call, token)
        if not story:
            return token
    raise OAuthError("invalid_grant", f"the {role} is {story} ({source})")


def _why_unproven(call: Call, token: OwnToken) -> str:
    """What is wrong with the claims of a JWT of ours, which a fault may have bent before it was signed."""
    provider = call.provider
    if isinstance(token, RefreshToken) or token.value.count(".") != 2:
        return ""
    if isinstance(token, IdToken) and provider.algorithm in SECRET_ALGORITHMS:
        return ""  # signed with its client's secret, which proves nothing to anybody else
    resources = token.audience if isinstance(token, AccessToken) else (token.session.client_id,)
    audiences = (*accepted_audiences(call), *resources)
    try:
        verify(call, token.value, provider.keys.jwks(), issuer=provider.issuer, audiences=audiences)
    except BadAssertion as problem:
        return f"not acceptable: {problem}"
    return ""


_KINDS: dict[type[OwnToken], str] = {
    AccessToken: "an access token",
    IdToken: "an id token",
    RefreshToken: "a refresh token",
}
