"""The discovery document (OIDC Discovery 3, RFC 8414 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeprovider.protocol.authorization_request import PROMPTS, RESPONSE_MODES, grant_types, response_types
from fakeprovider.server.answer import Answer
from fakeprovider.state.clients import METHODS
from fakeprovider.vocabulary import ALGORITHMS, METADATA_MEMBERS, SECRET_ALGORITHMS

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState


def serve(call: Call) -> Answer:
    """Return the provider's metadata."""
    return call.document(metadata(call.provider))


def metadata(provider: ProviderState) -> dict[str, object]:
    """Return what the provider supports, by the member names of RFC 8414."""
    base, there = provider.base, provider.dialect.paths
    shared = provider.algorithm in SECRET_ALGORITHMS
    return {
        "issuer": provider.issuer,
        **{member: base + there[endpoint] for endpoint, member in METADATA_MEMBERS.items() if endpoint in there},
        "response_types_supported": list(response_types(provider)),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(grant_types(provider)),
        "prompt_values_supported": list(PROMPTS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": provider.send_iss,
        "require_pushed_authorization_requests": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [provider.algorithm] if shared else list(provider.keys.algorithms),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [*_OF_THE_TOKEN, *_OF_THE_PERSON],
        **{f"{endpoint}_endpoint_auth_methods_supported": list(METHODS) for endpoint in ("token", "revocation")},
        "introspection_endpoint_auth_methods_supported": [method for method in METHODS if method != "none"],
        **{f"{endpoint}_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS) for endpoint in _AUTHENTICATED},
    }


_AUTHENTICATED: Final = ("token", "revocation", "introspection")
_OF_THE_TOKEN: Final = ("sub", "iss", "aud", "azp", "exp", "iat", "auth_time", "nonce", "at_hash")
_OF_THE_PERSON: Final = ("name", "email", "email_verified", "preferred_username")
