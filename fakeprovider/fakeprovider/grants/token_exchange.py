"""The token_exchange grant (RFC 8693): one token for another, for other resources or on somebody's behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeprovider.body import require
from fakeprovider.checks.subject_token import check_owner, narrow_scope, require_alive
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.protocol.uris import narrow_resources
from fakeprovider.state.store import AccessToken, IdToken, RefreshToken
from fakeprovider.tokens.lookup import OwnToken

if TYPE_CHECKING:
    from fakeprovider.context import Call


_PREFIX: Final = "urn:ietf:params:oauth:token-type:"
TOKEN_TYPES: Final[dict[str, tuple[type[OwnToken], ...]]] = {
    f"{_PREFIX}access_token": (AccessToken,),
    f"{_PREFIX}refresh_token": (RefreshToken,),
    f"{_PREFIX}id_token": (IdToken,),
    f"{_PREFIX}jwt": (AccessToken, IdToken),
}
"""The token type identifiers (RFC 8693 3), and the kinds of issued tokens each one stands for."""
ISSUED: Final = f"{_PREFIX}access_token"


def exchange(call: Call) -> dict[str, object]:
    """Return an access token for the subject, that lives no longer than the session it came from."""
    members = call.members
    _check_requested(members.get("requested_token_type", ISSUED))
    subject = _own(call, "subject")
    actor = _own(call, "actor") if "actor_token" in members or "actor_token_type" in members else None
    audience = (
        *narrow_resources(call.parameters.getlist("resource"), ()),
        *filter(None, call.parameters.getlist("audience")),
    )
    granted = subject.scope if isinstance(subject, AccessToken) else subject.session.scope
    scope = narrow_scope(members.get("scope", ""), granted, "RFC 8693 2.1")
    store = call.provider.store
    session = store.new_session(call.client_id, subject.session.subject, scope, call.at, parent=subject.session)
    terms = IssueOptions(audience=audience, actor=actor.session.subject if actor else "", refresh=False, identity=False)
    return {**issue(call, session, terms), "issued_token_type": ISSUED}


def _own(call: Call, role: str) -> OwnToken:
    value = require(call.members, f"{role}_token", "RFC 8693 2.1")
    kind = require(call.members, f"{role}_token_type", "RFC 8693 2.1")
    if kind not in TOKEN_TYPES:
        raise OAuthError(
            "invalid_request", f"{role}_token_type arrived as {kind!r}; accepted: {', '.join(TOKEN_TYPES)} (RFC 8693 3)"
        )
    token = require_alive(call, value, TOKEN_TYPES[kind], f"{role} token", "RFC 8693 2.1")
    if isinstance(token, RefreshToken):
        check_owner(call, token)
    return token


def _check_requested(kind: str) -> None:
    if kind not in (ISSUED, f"{_PREFIX}jwt"):
        raise OAuthError(
            "invalid_request",
            f"requested_token_type arrived as {kind!r}; what is issued here is {ISSUED} (RFC 8693 2.2.2)",
        )
