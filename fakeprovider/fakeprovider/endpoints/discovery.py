"""The discovery document (OIDC Discovery 3, RFC 8414 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.call import GRANT_TYPES
from fakeprovider.grants import GRANTS
from fakeprovider.keys import SECRET_ALGORITHMS

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider


def serve(call: Call) -> Answer:
    """The provider's metadata."""
    return call.document(metadata(call.provider))


def metadata(provider: Provider) -> dict[str, object]:
    """Everything the provider can do, by its standard names; `session_status_endpoint` is an extension."""
    there = provider.dialect.paths
    shared = provider.algorithm in SECRET_ALGORITHMS
    return {
        "issuer": provider.issuer,
        **{member: provider.url(endpoint) for member, endpoint in _ENDPOINT_MEMBERS.items() if endpoint in there},
        "response_types_supported": ["code"],
        "grant_types_supported": [urn for urn, grant in GRANT_TYPES.items() if grant in GRANTS],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [provider.algorithm] if shared else list(provider.keys.algorithms),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": ["none"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "name", "email", "email_verified"],
    }


_ENDPOINT_MEMBERS = {
    "jwks_uri": "jwks",
    "token_endpoint": "token",
    "device_authorization_endpoint": "device_authorization",
    "revocation_endpoint": "revocation",
    "userinfo_endpoint": "userinfo",
    "session_status_endpoint": "session_status",
}
