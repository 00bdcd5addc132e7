"""One authorization request, and the way back to the client that made it (RFC 6749 4.1.1, OIDC Core 3.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fakeprovider.state.clients import ClientRecord

RESPONSE_MODES: Final = ("query", "fragment", "form_post")
PROMPTS: Final = ("none", "login", "consent", "select_account", "create")


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

    @property
    def client_id(self) -> str:
        """The id of the client that asks."""
        return self.redirection.client.client_id
