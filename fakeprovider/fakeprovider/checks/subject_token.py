"""A token of this provider that is brought for another: an assertion (RFC 7523), the subject of an exchange (RFC 8693).

It has to be alive, its bearer's where it is a refresh token, and it gives no more scope than it has.
"""

from __future__ import annotations

from fakeprovider.checks.client_authentication import accepted_audiences
from fakeprovider.context import Call
from fakeprovider.errors import OAuthError
from fakeprovider.protocol.assertions import BadAssertion, verify
from fakeprovider.state.store import AccessToken, IdToken, RefreshToken
from fakeprovider.tokens.lookup import OwnToken, find, why_dead
from fakeprovider.vocabulary import SECRET_ALGORITHMS


def require_alive(call: Call, value: str, kinds: tuple[type[OwnToken], ...], role: str, source: str) -> OwnToken:
    """Return the live token behind `value`, its claims checked, or raise `invalid_grant` saying what it is instead.

    `role` is what the token is used as, `source` the clause that asks for it; both appear in the message.
    """
    provider = call.provider
    token = find(provider.store, value)
    if token is None:
        story = "not one this provider issued, or died long ago"
    elif not isinstance(token, kinds):
        story = f"{_KINDS[type(token)]}, expected {' or '.join(_KINDS[kind] for kind in kinds)}"
    else:
        story = why_dead(token, call.at - provider.leeway) or _why_unproven(call, token)
        if not story:
            return token
    raise OAuthError("invalid_grant", f"the {role} is {story} ({source})")


def check_owner(call: Call, token: RefreshToken) -> None:
    """Refuse a refresh token that belongs to another client than the one that brings it (RFC 6749 10.4)."""
    owner = token.session.client_id
    if owner != call.client_id:
        raise OAuthError("invalid_grant", f"the refresh token belongs to client {owner!r}, not to {call.client_id!r}")


def narrow_scope(requested: str, granted: str, source: str) -> str:
    """Return the `requested` scope, or all that was `granted` where none was asked for.

    Raises `invalid_scope` for anything beyond the grant, naming the clause `source` that forbids it.
    """
    asked, known = requested.split(), granted.split()
    beyond = [scope for scope in asked if scope not in known]
    if beyond:
        raise OAuthError(
            "invalid_scope", f"scope {beyond[0]!r} was not granted at sign-in, which gave {granted!r} ({source})"
        )
    return " ".join(asked) or granted


def _why_unproven(call: Call, token: OwnToken) -> str:
    """Return what is wrong with the claims of a JWT of ours, which a fault may have bent before it was signed."""
    provider = call.provider
    if isinstance(token, RefreshToken) or token.value.count(".") != 2:
        return ""
    if isinstance(token, IdToken) and provider.algorithm in SECRET_ALGORITHMS:
        return ""  # signed with its client's secret, which proves nothing to anybody else
    resources = token.audience if isinstance(token, AccessToken) else (token.session.client_id,)
    audiences = (*accepted_audiences(provider), *resources)
    try:
        verify(
            token.value,
            provider.keys.jwks(),
            issuer=provider.issuer,
            audiences=audiences,
            now=call.at,
            leeway=provider.leeway,
        )
    except BadAssertion as problem:
        return f"not acceptable: {problem}"
    return ""


_KINDS: dict[type[OwnToken], str] = {
    AccessToken: "an access token",
    IdToken: "an id token",
    RefreshToken: "a refresh token",
}
