"""The pushed authorization request endpoint (RFC 9126): the client sends its parameters ahead, the browser a handle."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import MultiDict

from fakeprovider.body import check_body, check_repeats
from fakeprovider.checks.authorization_request import read_redirection, read_request
from fakeprovider.checks.client_authentication import identify
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import whole
from fakeprovider.state.store import PushedRequest

if TYPE_CHECKING:
    from fakeprovider.context import Call


URN: Final = "urn:ietf:params:oauth:request_uri:"
_OF_THE_CLIENT: Final = ("client_secret", "client_assertion", "client_assertion_type")


def serve(call: Call) -> Answer:
    """Store the request; return 201 with a `request_uri` that works once, for this client (RFC 9126 2.2)."""
    provider = call.provider
    check_body(call.request, json_too=provider.dialect.json_requests)
    client_id = identify(call)
    if "request_uri" in call.parameters:
        raise OAuthError(
            "invalid_request", "request_uri arrived; a pushed request cannot point to another (RFC 9126 2.1)"
        )
    asked = [(name, value) for name, value in call.parameters.items(multi=True) if name not in _OF_THE_CLIENT]
    parameters = MultiDict([*asked, *([] if "client_id" in call.parameters else [("client_id", client_id)])])
    read_request(provider, parameters, read_redirection(call, parameters))
    uri = URN + str(uuid.uuid4())
    with provider.store.lock:
        provider.store.tidy(call.at)
        expires_at = call.at + provider.pushed_request_lifetime
        provider.store.pushed_requests[uri] = PushedRequest(client_id, parameters, expires_at)
    return Answer.json({"request_uri": uri, "expires_in": whole(provider.pushed_request_lifetime)}, 201)


def take_pushed(call: Call) -> MultiDict[str, str]:
    """Return the parameters behind the `request_uri` of an authorization request, once (RFC 9126 4, 7.3)."""
    check_repeats(call.parameters, only=("client_id", "request_uri"))
    uri = call.parameters["request_uri"]
    with call.provider.store.lock:
        pushed = call.provider.store.pushed_requests.get(uri)
        if pushed is None:
            raise OAuthError("invalid_request_uri", f"request_uri {uri!r} was used before, or never came from here")
        if pushed.client_id != call.parameters.get("client_id", ""):
            sent = call.parameters.get("client_id", "")
            story = f"request_uri belongs to client {pushed.client_id!r}, client_id arrived as {sent!r} (RFC 9126 4)"
            raise OAuthError("invalid_request", story)
        del call.provider.store.pushed_requests[uri]
    if pushed.expires_at <= call.at:
        raise OAuthError("invalid_request_uri", f"request_uri expired {call.at - pushed.expires_at:.0f} s ago")
    return pushed.parameters
