"""The token endpoint (RFC 6749 3.2): checks the request, hands it to its grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.body import check_body, require
from fakeprovider.checks.client_authentication import identify
from fakeprovider.errors import OAuthError
from fakeprovider.grants import GRANTS
from fakeprovider.server.answer import Answer
from fakeprovider.vocabulary import GRANT_TYPES

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return the token response of the grant that is asked for, or raise the `OAuthError` of RFC 6749 5.2.

    Looking a code or token up, using it, and minting what comes of it is one step.
    """
    check_body(call.request, json_too=call.provider.dialect.json_requests)
    grant_type = require(call.members, "grant_type", "RFC 6749 3.2")
    identify(call)
    grant = GRANTS.get(call.grant)
    if grant is None:
        accepted = ", ".join(urn for urn, name in GRANT_TYPES.items() if name in GRANTS)
        raise OAuthError("unsupported_grant_type", f"grant_type arrived as {grant_type!r}; accepted: {accepted}")
    with call.provider.store.lock:
        members = grant(call)
    answer = Answer.json(members)
    answer.headers.append(("Pragma", "no-cache"))  # RFC 6749 5.1
    return answer
