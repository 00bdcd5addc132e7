"""The registration endpoint (RFC 7591): a client introduces itself and is given an id, and a secret if it wants one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NoReturn, cast

from fakeprovider.body import JSON, read_json
from fakeprovider.errors import OAuthError
from fakeprovider.protocol.assertions import BadAssertion, import_keys
from fakeprovider.protocol.authorization_request import grant_types, response_types
from fakeprovider.protocol.uris import check_form, is_custom_scheme, leads_to_loopback
from fakeprovider.server.answer import Answer
from fakeprovider.state.clients import METHODS, ClientRecord, Method

if TYPE_CHECKING:
    from fakeprovider.context import Call


Metadata = Mapping[str, object]
_DEFAULTS: Final[Metadata] = {"grant_types": ["authorization_code"], "response_types": ["code"]}
_REGISTERED: Final = (
    *("redirect_uris", "post_logout_redirect_uris", "grant_types", "response_types", "jwks"),
    *("client_name", "client_uri", "logo_uri", "contacts", "tos_uri", "policy_uri", "software_id", "software_version"),
)
"""The metadata that is kept or that only describes the client; what would ask for something else is ignored (2)."""


def serve(call: Call) -> Answer:
    """Register a client; return 201 with everything that was registered, and nothing else (RFC 7591 3.2.1)."""
    if not call.provider.open_registration:
        raise OAuthError("access_denied", "this provider registers no clients (its open_registration is off)", 403)
    if call.request.mimetype != JSON:
        sent = call.request.mimetype or "no content type"
        raise OAuthError("invalid_client_metadata", f"the body arrived as {sent!r}, expected {JSON} (RFC 7591 3.1)")
    metadata = {**_DEFAULTS, **read_json(call.request)}
    record = call.provider.clients.add(_record(call, metadata))
    members: dict[str, object] = {
        **{name: value for name, value in metadata.items() if name in _REGISTERED},
        "client_id": record.client_id,
        "client_id_issued_at": int(call.at),
        "token_endpoint_auth_method": record.method,
        "application_type": "native" if record.native else "web",
    }
    if record.secret:
        members |= {"client_secret": record.secret, "client_secret_expires_at": 0}
    return Answer.json(members, 201)


def _record(call: Call, metadata: Metadata) -> ClientRecord:
    if "jwks" in metadata and "jwks_uri" in metadata:
        story = "jwks and jwks_uri arrived both; a client has its keys in one of them (RFC 7591 2)"
        raise OAuthError("invalid_client_metadata", story)
    method = _method(metadata)
    grants = _strings(metadata, "grant_types")
    _check_known(grants, grant_types(call.provider), "grant_types")
    _check_known(_strings(metadata, "response_types"), response_types(call.provider), "response_types")
    uris = _strings(metadata, "redirect_uris")
    if not uris and {"authorization_code", "implicit"} & set(grants):
        raise OAuthError(
            "invalid_redirect_uri", "redirect_uris is missing; grants that go by the browser need it (RFC 7591 2)"
        )
    native = _native(metadata, uris)
    return ClientRecord(
        client_id=str(uuid.uuid4()),
        secret=call.provider.secrets.mint("client_secret") if method.startswith("client_secret") else "",
        redirect_uris=uris,
        post_logout_redirect_uris=_strings(metadata, "post_logout_redirect_uris"),
        method=method,
        jwks=_jwks(metadata) if method == "private_key_jwt" else None,
        native=native,
        name=_string(metadata, "client_name"),
    )


def _method(metadata: Metadata) -> Method:
    method = _string(metadata, "token_endpoint_auth_method") or "client_secret_basic"
    _check_known((method,), METHODS, "token_endpoint_auth_method")
    return cast("Method", method)


def _native(metadata: Metadata, uris: tuple[str, ...]) -> bool:
    """Return whether it is a native client: as it says, or where it has a custom scheme (OIDC Registration 2)."""
    kind = _string(metadata, "application_type")
    _check_known((kind,) if kind else (), ("web", "native"), "application_type")
    native = kind == "native" or (not kind and any(map(is_custom_scheme, uris)))
    for uri in uris:
        _check_redirect(uri, native=native)
    return native


def _check_redirect(uri: str, *, native: bool) -> None:
    parts = check_form(uri)
    if is_custom_scheme(uri) and not native:
        raise OAuthError(
            "invalid_redirect_uri", f"{uri!r} has a scheme of its own, which needs application_type 'native'"
        )
    if parts.scheme == "http" and not leads_to_loopback(uri):
        raise OAuthError(
            "invalid_redirect_uri", f"{uri!r} is http on another machine; expected https, or a loopback address"
        )


def _jwks(metadata: Metadata) -> Mapping[str, object]:
    jwks = metadata.get("jwks")
    if not isinstance(jwks, dict):
        _refuse_keys("is missing")
    try:
        if not import_keys(jwks).keys:
            _refuse_keys("holds no key")
    except BadAssertion as problem:
        _refuse_keys(f"is not acceptable: {problem}")
    return jwks


def _refuse_keys(story: str) -> NoReturn:
    needed = "private_key_jwt needs a JWK Set by value (jwks_uri is not fetched)"
    raise OAuthError("invalid_client_metadata", f"jwks {story}; {needed}")


def _string(metadata: Metadata, name: str) -> str:
    value = metadata.get(name) or ""
    if not isinstance(value, str):
        raise OAuthError("invalid_client_metadata", f"{name} arrived as {value!r}, expected a string (RFC 7591 2)")
    return value


def _strings(metadata: Metadata, name: str) -> tuple[str, ...]:
    value = metadata.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise OAuthError(
            "invalid_client_metadata", f"{name} arrived as {value!r}, expected a list of strings (RFC 7591 2)"
        )
    return tuple(value)


def _check_known(values: tuple[str, ...], accepted: tuple[str, ...], name: str) -> None:
    unknown = [value for value in values if value not in accepted]
    if unknown:
        raise OAuthError(
            "invalid_client_metadata", f"{name} arrived with {unknown[0]!r}; accepted: {', '.join(accepted)}"
        )
