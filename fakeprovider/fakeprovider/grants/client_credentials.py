"""The client_credentials grant (RFC 6749 4.4): a client that acts for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.checks.client_authentication import authenticate
from fakeprovider.errors import OAuthError
from fakeprovider.grants.issue import IssueOptions, issue
from fakeprovider.protocol.uris import narrow_resources

if TYPE_CHECKING:
    from fakeprovider.context import Call


def exchange(call: Call) -> dict[str, object]:
    """Return a token for the client itself, and nothing to refresh it with (RFC 6749 4.4.3)."""
    client = authenticate(call)
    if not client.proven:
        raise OAuthError(
            "unauthorized_client",
            f"client {client.client_id!r} came without a secret; client_credentials is for clients that authenticate "
            "(RFC 6749 4.4.2)",
        )
    audience = narrow_resources(call.parameters.getlist("resource"), ())
    scope = call.members.get("scope", "")
    session = call.provider.store.new_session(client.client_id, client.client_id, scope, call.at)
    return issue(call, session, IssueOptions(audience=audience, refresh=False, identity=False))
