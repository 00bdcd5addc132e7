"""One authorization request, and the way back to the client that made it (RFC 6749 4.1.1, OIDC Core 3.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fakeprovider.state.clients import ClientRecord
from fakeprovider.vocabulary import GRANT_TYPES

if TYPE_CHECKING:
    from fakeprovider.settings import Settings

IMPLICIT: Final = ("id_token", "id_token token")
"""The response types with which tokens come from the authorization endpoint (OIDC Core 3.2.2.1)."""
RESPONSE_MODES: Final = ("query", "fragment", "form_post")
PROMPTS: Final = ("none", "login", "consent", "select_account", "create")


def response_types(settings: Settings) -> tuple[str, ...]:
    """Return what a client may ask the authorization endpoint for."""
    return ("code", *IMPLICIT) if settings.implicit else ("code",)


def grant_types(settings: Settings) -> tuple[str, ...]:
    """Return the grants that a client may be registered for; `implicit` is none of the token endpoint."""
    return (*GRANT_TYPES, "implicit") if settings.implicit else tuple(GRANT_TYPES)


@dataclass(frozen=True)
class Redirection:
    """Where the response to one authorization request goes, and how (RFC 6749 4.1.2, OAuth form post).

    `uri_was_sent` is False where the request left the URI out and the only one registered is used.
    """

    client: ClientRecord
    uri: str
    uri_was_sent: bool
    state: str
    response_mode: str

    def location(self, members: Mapping[str, str]) -> str:
        """Return the URI with `members` in its query, or in its fragment where the response mode says so."""
        encoded = urlencode(members)
        if self.response_mode == "fragment":
            return f"{self.uri}#{encoded}"
        separator = "&" if "?" in self.uri else "?"
        return f"{self.uri}{separator}{encoded}"


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asked of the person at the browser; `max_age` is in seconds, None where it was left out."""

    redirection: Redirection
    scope: str
    nonce: str
    code_challenge: str
    prompt: tuple[str, ...]
    login_hint: str
    max_age: int | None
    resources: tuple[str, ...]
    response_type: str = "code"

    @property
    def client_id(self) -> str:
        """The id of the client that asks."""
        return self.redirection.client.client_id
