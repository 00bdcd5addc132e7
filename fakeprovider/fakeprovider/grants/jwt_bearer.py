"""The jwt_bearer grant (RFC 7523 2.1): a token of ours, or a JWT the client signed itself, for an access token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import require
from fakeprovider.checks.client_authentication import accepted_audiences
from fakeprovider.checks.subject_token import narrow_scope, require_alive
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.protocol.assertions import BadAssertion, use_once, verify
from fakeprovider.protocol.uris import narrow_resources
from fakeprovider.state.store import AccessToken, IdToken, Session
from fakeprovider.tokens.jwt import unverified_claims
from fakeprovider.tokens.lookup import find

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.state.clients import ClientRecord


SOURCE = "RFC 7523 3"


def exchange(call: Call) -> dict[str, object]:
    """Return an access token, and nothing to refresh it with (RFC 7521 4.1).

    A token of ours gives no more scope than it had; what a client signed itself may ask for any.
    """
    assertion = require(call.members, "assertion", "RFC 7523 2.1")
    issuer = _issuer(call, assertion)
    if issuer is not None and issuer.jwks is not None and find(call.provider.store, assertion) is None:
        subject, parent = _self_issued(call, assertion, issuer), None
    else:
        token = require_alive(call, assertion, (AccessToken, IdToken), "assertion", SOURCE)
        subject, parent = token.session.subject, token.session
    session = _session(call, subject, parent)
    return issue(
        call,
        session,
        IssueOptions(audience=narrow_resources(call.parameters.getlist("resource"), ()), refresh=False, identity=False),
    )


def _issuer(call: Call, assertion: str) -> ClientRecord | None:
    """Return the client that says it issued the assertion."""
    said = unverified_claims(assertion).get("iss")
    return call.provider.clients.find(said) if isinstance(said, str) and said else None


def _self_issued(call: Call, assertion: str, issuer: ClientRecord) -> str:
    """Return the subject of an assertion that a registered client signed with its own key."""
    try:
        claims = verify(
            assertion,
            issuer.jwks or {},
            issuer=issuer.client_id,
            audiences=accepted_audiences(call.provider),
            now=call.at,
            leeway=call.provider.leeway,
        )
        use_once(call.provider.store, claims)
    except BadAssertion as problem:
        raise OAuthError("invalid_grant", f"the assertion is not acceptable: {problem} ({SOURCE})") from problem
    return str(claims["sub"])


def _session(call: Call, subject: str, parent: Session | None) -> Session:
    scope = call.members.get("scope", "")
    if parent is not None and not call.provider.dialect.stack_scopes:
        scope = narrow_scope(scope, parent.scope, "RFC 7521 4.1")
    scope = scope or (parent.scope if parent else "")
    return call.provider.store.new_session(call.client_id, subject, scope, call.at, parent=parent)
