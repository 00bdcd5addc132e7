"""The authorization_code grant (RFC 6749 4.1.3): a code for tokens, once, by the client that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import require
from fakeprovider.checks.client_authentication import authenticate
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.protocol.pkce import check_proof, check_verifier
from fakeprovider.protocol.uris import narrow_resources
from fakeprovider.state.store import AuthorizationCode

if TYPE_CHECKING:
    from fakeprovider.context import Call


def exchange(call: Call) -> dict[str, object]:
    """Return the tokens of the sign-in; one winner however many come at once."""
    value = require(call.members, "code", "RFC 6749 4.1.3")
    store = call.provider.store
    with store.lock:
        code = store.authorization_codes.get(value)
        if code is None:
            story = "the code was never issued here, or was cleaned up long ago"
            raise OAuthError("invalid_grant", story, reason="code_unknown")
        _check_binding(call, code)
        _check_usable(call, code)
        check_proof(call.provider, code.request.code_challenge, proven=authenticate(call).proven)
        check_verifier(call.provider, code.request.code_challenge, call.members.get("code_verifier", ""))
        audience = narrow_resources(call.parameters.getlist("resource"), code.request.resources)
        session = store.new_session(code.request.client_id, code.subject, code.request.scope, call.at)
        session.audience, session.auth_time = code.request.resources or audience, code.auth_time
        code.session = session
        return issue(call, session, IssueOptions(audience=audience, nonce=code.request.nonce))


def _check_binding(call: Call, code: AuthorizationCode) -> None:
    owner = code.request.client_id
    if owner != call.client_id:
        raise OAuthError("invalid_grant", f"the code belongs to client {owner!r}, not to {call.client_id!r}")


def _check_usable(call: Call, code: AuthorizationCode) -> None:
    if code.session is not None:
        call.provider.store.end_session(code.session, "its authorization code came back a second time", call.at)
        raise OAuthError(
            "invalid_grant",
            "the code was exchanged before; it works once, and the tokens it gave are revoked now (RFC 6749 4.1.2)",
            reason="code_consumed",
        )
    if code.expires_at <= call.at:
        story = f"the code expired {call.at - code.expires_at:.0f} s ago; it lived {call.provider.code_lifetime:g} s"
        raise OAuthError("invalid_grant", story, reason="code_expired")
    _check_redirect(call, code)


def _check_redirect(call: Call, code: AuthorizationCode) -> None:
    sent, then = call.members.get("redirect_uri", ""), code.request.redirection
    if sent == (then.uri if then.uri_was_sent else "") or (sent == then.uri):
        return
    raise OAuthError(
        "invalid_grant",
        f"redirect_uri arrived as {sent!r}, the authorization request had {then.uri!r}; "
        "they must be identical (RFC 6749 4.1.3)",
    )
