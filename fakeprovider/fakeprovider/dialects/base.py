"""What a dialect may say about a provider family; most dialects only set data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.errors import OAuthError
    from fakeprovider.people import Person
    from fakeprovider.store import AccessToken, Session


class Dialect:
    """Paths, encodings, envelopes and policies of one provider family; this one speaks plain RFC.

    A new dialect is a subclass in a file of its own that overrides data first, and a method only where the shape of an
    answer differs.
    """

    name: ClassVar[str] = "rfc"

    paths: ClassVar[Mapping[str, str]] = {
        "discovery": "/.well-known/openid-configuration",
        "jwks": "/jwks",
        "authorization": "/authorize",
        "token": "/token",
        "device_authorization": "/device_authorization",
        "verification": "/device",
        "revocation": "/revoke",
        "introspection": "/introspect",
        "userinfo": "/userinfo",
        "end_session": "/end_session",
        "registration": "/register",
        "session_status": "/session-status",
    }
    """Where each endpoint is served, below the issuer."""

    settings: ClassVar[Mapping[str, object]] = {}
    """Settings of the provider that this family has by default; what the test sets wins."""

    json_requests: ClassVar[bool] = False
    """Whether JSON bodies are read where the RFCs ask for a form."""

    api_path: ClassVar[str | None] = None
    """Where the protected resource lives on the provider's own origin, or None where it has an origin of its own."""

    def error(self, error: OAuthError) -> Answer:
        """The error answer (RFC 6749 5.2)."""
        body = {"error": error.code, "error_description": error.description, **error.extra}
        answer = Answer.json(body, error.status)
        answer.headers += error.headers
        return answer

    def token_members(self, members: dict[str, object], session: Session) -> dict[str, object]:
        """The members of a token answer (RFC 6749 5.1), with what this family adds."""
        return {**members, "session_id": session.id, "generation": session.generation}

    def device_members(self, members: dict[str, object]) -> dict[str, object]:
        """The members of a device authorization answer (RFC 8628 3.2)."""
        return members

    def userinfo(self, person: Person) -> dict[str, object]:
        """What the userinfo endpoint tells about `person` (OIDC Core 5.3.2)."""
        return person.claims()

    def api(self, call: Call, token: AccessToken) -> Answer:
        """What the protected resource answers to a request with a good token."""
        session = token.session
        return Answer.json({"sub": session.subject, "client_id": session.client_id, "path": call.request.path})
