"""The names of endpoints, grants and signature algorithms: declared here and nowhere else.

An endpoint is called as its metadata member is (RFC 8414 2, OIDC Discovery 3) without the suffix. `session_status` and
`api`, the protected resource itself, are named the same way although no specification has them.
"""

from __future__ import annotations

from typing import Final

METADATA_MEMBERS: Final = {
    "jwks": "jwks_uri",
    "authorization": "authorization_endpoint",
    "pushed_authorization_request": "pushed_authorization_request_endpoint",
    "token": "token_endpoint",
    "device_authorization": "device_authorization_endpoint",
    "revocation": "revocation_endpoint",
    "introspection": "introspection_endpoint",
    "registration": "registration_endpoint",
    "userinfo": "userinfo_endpoint",
    "end_session": "end_session_endpoint",
    "session_status": "session_status_endpoint",
}
"""The endpoints that a discovery document advertises, and the member each one is advertised in."""

ENDPOINTS: Final = (
    "discovery",
    "jwks",
    "authorization",
    "pushed_authorization_request",
    "token",
    "device_authorization",
    "verification",
    "revocation",
    "introspection",
    "registration",
    "userinfo",
    "end_session",
    "session_status",
    "resource_metadata",
    "api",
)
"""Every endpoint a request can be for, a fault can be aimed at and a journal can be asked for."""

RESOURCES: Final = ("api", "userinfo", "session_status")
"""What takes an access token: the protected API, and the endpoints of the provider that answer to whom a token is."""

GRANT_TYPES: Final = {
    "authorization_code": "authorization_code",
    "refresh_token": "refresh_token",
    "client_credentials": "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code": "device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer": "jwt_bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange": "token_exchange",
}
"""The `grant_type` of each grant as it is sent (RFC 6749, 7523, 8628, 8693), and the name of the grant."""

GRANTS: Final = tuple(GRANT_TYPES.values())
"""Every grant a fault can be aimed at and a journal can be asked for."""

EC_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
RSA_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
EDWARDS_ALGORITHMS: Final = ("EdDSA", "Ed25519")
"""The same signature under its old and its fully specified name (RFC 8037, RFC 9864)."""
ALGORITHMS: Final = (*RSA_ALGORITHMS, *EC_CURVES, *EDWARDS_ALGORITHMS)
"""What signs with a private key (RFC 7518 3.1)."""
SECRET_ALGORITHMS: Final = ("HS256", "HS384", "HS512")
"""What signs with a secret that client and provider share (OIDC Core 10.1)."""
