"""Which client a request comes from, and whether it proved it (RFC 6749 2.3, 3.2.1; RFC 7523 2.2).

none                  the client_id alone: a public client
client_secret_basic   id and secret in the Authorization header
client_secret_post    id and secret in the body
private_key_jwt       a JWT the client signed with a key it registered

Any id and any secret are welcome from a client that never registered; a registered one is held to what it registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from fakeprovider.errors import OAuthError
from fakeprovider.protocol.assertions import BadAssertion, use_once, verify
from fakeprovider.state.clients import AuthenticatedClient, ClientRecord, Method

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState


ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def identify(call: Call) -> str:
    """Return the client id of the request, its authentication checked."""
    return authenticate(call).client_id


def authenticate(call: Call) -> AuthenticatedClient:
    """Return the client of the request; `invalid_request` or `invalid_client` for one that is not who it says.

    It is asked once a request, however many parts of the provider want to know: an assertion works once.
    """
    if call.authenticated is None:
        call.authenticated = _authenticate(call)
    return call.authenticated


def _authenticate(call: Call) -> AuthenticatedClient:
    _check_header(call)
    sent = _methods_sent(call)
    _check_one_client(call, sent)
    client_id = call.client_id
    if not client_id:
        raise OAuthError(
            "invalid_request", "no client_id arrived; a public client sends its client_id in the body (RFC 6749 3.2.1)"
        )
    check_registered(call, client_id)
    method: Method = sent[0] if sent else "none"
    record = call.provider.clients.find(client_id)
    if method == "private_key_jwt":
        _check_method(call, record, method)
        _check_assertion(call, record)
    elif method != "none":
        method = _check_secret(call, record, method)
    else:
        _check_method(call, record, method)
    return AuthenticatedClient(record, method)


def require_proof(call: Call, what: str, source: str) -> None:
    """Refuse a client that names itself and proves nothing; `what` it asks for and the clause are in the message."""
    client = authenticate(call)
    if not client.proven:
        story = f"client {client.client_id!r} came with nothing but its name; {what} is for clients that authenticate"
        _refuse(call, f"{story} ({source})")


def check_registered(call: Call, client_id: str) -> None:
    """Refuse a client that is not registered where only registered clients are served."""
    provider = call.provider
    if provider.registered_clients_only and client_id not in provider.clients:
        known = ", ".join(sorted(record.client_id for record in provider.clients)) or "none"
        _refuse(call, f"client {client_id!r} is not registered; registered: {known}")


def _check_header(call: Call) -> None:
    if call.basic is None and call.request.headers.get("Authorization", "").lower().startswith("basic"):
        _refuse(call, "the Authorization header is no HTTP Basic: expected base64 of 'client_id:client_secret'")


def _methods_sent(call: Call) -> list[Method]:
    sent: list[Method] = []
    if call.basic is not None:
        sent.append("client_secret_basic")
    if call.members.get("client_secret"):
        sent.append("client_secret_post")
    if call.members.get("client_assertion"):
        sent.append("private_key_jwt")
    return sent


def _check_one_client(call: Call, sent: list[Method]) -> None:
    if len(sent) > 1 and call.provider.one_client_authentication:
        raise OAuthError(
            "invalid_request",
            f"the client authenticated as {' and as '.join(sent)}; one way at a time is allowed (RFC 6749 2.3)",
        )
    said = call.members.get("client_id", "")
    if said and said != call.client_id:
        raise OAuthError(
            "invalid_request", f"client_id in the body is {said!r}, the authentication is that of {call.client_id!r}"
        )


def _check_secret(call: Call, record: ClientRecord, method: Method) -> Method:
    """Check the client secret and return the method that was really used: an empty secret is method `none`."""
    secret = call.basic[1] if method == "client_secret_basic" and call.basic else call.members.get("client_secret", "")
    if not secret:
        if not call.provider.accept_empty_client_secret:
            _refuse(
                call, "HTTP Basic arrived with an empty secret; a public client sends client_id in the body instead"
            )
        _check_method(call, record, "none")
        return "none"
    _check_method(call, record, method)
    if record.secret and secret != record.secret:
        _refuse(call, f"the secret of client {record.client_id!r} is another one{_encoding_hint(call, record)}")
    return method


def _encoding_hint(call: Call, record: ClientRecord) -> str:
    raw = call.request.authorization
    if raw is not None and raw.password == record.secret:
        return "; it arrived without the form encoding that RFC 6749 2.3.1 asks for in HTTP Basic"
    return ""


def _check_method(call: Call, record: ClientRecord, method: Method) -> None:
    if record.client_id not in call.provider.clients:
        if method == "private_key_jwt":
            _refuse(call, f"client {record.client_id!r} has no keys here; register it with jwks (RFC 7523 3)")
        return
    if method not in _methods_of(record):
        expected = " or ".join(_methods_of(record))
        _refuse(
            call, f"client {record.client_id!r} came with authentication {method!r}, it is registered for {expected}"
        )


def _methods_of(record: ClientRecord) -> tuple[Method, ...]:
    if record.method is not None:
        return (record.method,)
    secret: tuple[Method, ...] = ("client_secret_basic", "client_secret_post") if record.secret else ()
    keys: tuple[Method, ...] = ("private_key_jwt",) if record.jwks else ()
    return secret + keys or ("none",)


def _check_assertion(call: Call, record: ClientRecord) -> None:
    sent = call.members.get("client_assertion_type", "")
    if sent != ASSERTION_TYPE:
        _refuse(call, f"client_assertion_type arrived as {sent!r}, expected {ASSERTION_TYPE!r} (RFC 7523 2.2)")
    try:
        claims = verify(
            call.members["client_assertion"],
            record.jwks or {},
            issuer=record.client_id,
            audiences=accepted_audiences(call.provider),
            now=call.at,
            leeway=call.provider.leeway,
        )
        if claims["sub"] != record.client_id:
            raise BadAssertion(f"its sub is {claims['sub']!r}, expected the client_id {record.client_id!r}")
        use_once(call.provider.store, claims)
    except BadAssertion as problem:
        _refuse(call, f"the client assertion is not acceptable: {problem} (RFC 7523 3)")


def accepted_audiences(provider: ProviderState) -> tuple[str, ...]:
    """Return how an assertion may name this provider as its audience (RFC 7523 3, RFC 9126 2)."""
    endpoints = [name for name in ("token", "pushed_authorization_request") if name in provider.dialect.paths]
    return (provider.issuer, *(provider.url(endpoint) for endpoint in endpoints))


def _refuse(call: Call, story: str) -> NoReturn:
    # RFC 6749 5.2: a client that tried the Authorization header is challenged with the scheme it used.
    basic = "Authorization" in call.request.headers
    challenge = [("WWW-Authenticate", 'Basic realm="provider", charset="UTF-8"')] if basic else []
    raise OAuthError("invalid_client", story, 401, headers=challenge)
