"""The jwt_bearer grant (RFC 7523 2.1): one token of ours as the assertion for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.errors import OAuthError
from fakeprovider.form import require
from fakeprovider.issuing import issue

if TYPE_CHECKING:
    from fakeprovider.call import Call


def exchange(call: Call) -> dict[str, object]:
    """Exchange a live access token of ours for one with the scope asked for, without a refresh token."""
    assertion = require(call.members, "assertion", "RFC 7523 2.1")
    provider = call.provider
    token = provider.store.live_access_token(assertion, call.at - provider.leeway)
    if token is None:
        raise OAuthError("invalid_grant", f"the assertion is {provider.describe_token(assertion)} (RFC 7523 3)")
    return issue(call, token.session, scope=call.members.get("scope", ""), refresh=False)
