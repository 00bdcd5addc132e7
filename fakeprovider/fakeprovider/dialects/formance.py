"""Dialect `formance`: a membership people sign in to, and stacks that exchange its tokens for their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.context import READ, WRITE, Route
from fakeprovider.dialect import Dialect
from fakeprovider.endpoints import jwks, token
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import Session
    from fakeprovider.tokens.draft import TokenKind


ORGANIZATION = "organization-1"
STACK = "stack-1"
AUTH = "/api/auth"


def stack_discovery(call: Call) -> Answer:
    """Return the discovery document of a stack, which only trades tokens (RFC 7523)."""
    issuer = f"{call.provider.api}{AUTH}"
    return call.document(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/oauth/token",
            "jwks_uri": f"{issuer}/keys",
            "authorization_endpoint": f"{issuer}/authorize",
            "response_types_supported": ["code"],
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": list(call.provider.keys.algorithms),
        }
    )


class Formance(Dialect):
    """The membership is the provider, the stack is the API on an origin of its own, with its own discovery.

    The client `fctl` is public, yet authenticates with an empty secret (HTTP Basic `fctl:`); at the stack it does not
    introduce itself at all.
    """

    name = "formance"

    paths: ClassVar[Mapping[str, str]] = {
        **Dialect.paths,
        "token": "/oauth/token",
        "introspection": "/oauth/introspect",
        "jwks": "/keys",
    }
    api_routes: ClassVar[Mapping[str, Route]] = {
        f"{AUTH}/.well-known/openid-configuration": Route(READ, stack_discovery, "discovery"),
        f"{AUTH}/keys": Route(READ, jwks.serve, "jwks"),
        f"{AUTH}/oauth/token": Route(WRITE, token.serve, "token"),
    }
    default_client = "fctl"
    stack_scopes = True  # fctl signs in for `openid offline_access` and trades for `openid email`

    def claims(
        self, kind: TokenKind, claims: dict[str, object], session: Session, provider: ProviderState
    ) -> dict[str, object]:
        """Return the claims: an id token lists organizations with their stacks, an access token is for one of them."""
        if kind == "access_token":
            return {**claims, "organization_id": ORGANIZATION}
        stack = {"id": STACK, "displayName": "Ledger of engines", "uri": provider.api, "scopes": ["stack:Read"]}
        organization = {"id": ORGANIZATION, "displayName": "Analytical Engines", "stacks": [stack], "applications": []}
        return {**claims, "org": [organization]}
