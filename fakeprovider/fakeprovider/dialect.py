"""The base class of dialects: what one family of providers may do otherwise than the RFCs. Most only set data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from fakeprovider.context import Route
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.errors import OAuthError
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.server.request import Request
    from fakeprovider.state.store import AccessToken, Session
    from fakeprovider.state.users import Person
    from fakeprovider.tokens.draft import TokenKind


class Wording(NamedTuple):
    """How a family words one error: code, HTTP status and description; None keeps what the RFCs say."""

    code: str | None = None
    status: int | None = None
    description: str | None = None


class Dialect:
    """Paths, encodings, error envelopes and policies of one provider family; this one, `rfc`, speaks as the RFCs do.

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
        "pushed_authorization_request": "/par",
    }
    """Where each endpoint is served, below the issuer; one that is left out does not exist."""

    issuer_path: ClassVar[str] = ""
    """The path of the issuer, where the test does not set one."""

    routes: ClassVar[Mapping[str, Route]] = {}
    """Further paths below the issuer, and which endpoint each one stands for."""

    api_routes: ClassVar[Mapping[str, Route]] = {}
    """Paths on the protected resource's own origin that are no resources: its own discovery, its own token endpoint."""

    access_token_type: ClassVar[str] = "at+jwt"
    """The `typ` of access tokens that are JWTs (RFC 9068 2.1)."""

    default_client: ClassVar[str] = ""
    """The client of requests that name none, for families whose clients send no client id."""

    user_code_parameter: ClassVar[str] = "user_code"
    """The query parameter of the verification page that holds the user code."""

    member_names: ClassVar[Mapping[str, str]] = {}
    """The names that members of requests have here, and the names the RFCs give them."""

    answer_names: ClassVar[Mapping[str, str]] = {}
    """The names that the RFCs give to members of answers, and those that they have here where they are others."""

    token_schemes: ClassVar[tuple[str, ...]] = ("bearer",)
    """The schemes of access tokens in the Authorization header, in lower case."""

    wordings: ClassVar[Mapping[str, Wording]] = {}
    """How this family words errors, by their `reason` or else by their code."""

    settings: ClassVar[Mapping[str, object]] = {}
    """Settings of the provider that this family has by default; what the test sets wins."""

    json_requests: ClassVar[bool] = False
    """Whether JSON bodies are read where the RFCs ask for a form."""

    stack_scopes: ClassVar[bool] = False
    """Whether who trades a token for another (RFC 7523) may ask for scopes of the API's own that it does not have."""

    api_path: ClassVar[str | None] = None
    """Where the protected resource lives on the provider's own origin, or None where it has an origin of its own."""

    def error(self, call: Call, error: OAuthError) -> Answer:
        """Return the error answer to `call`, in this family's words."""
        wording = self.wordings.get(error.reason) or self.wordings.get(error.code) or Wording()
        code = error.code if wording.code is None else wording.code
        description = error.description if wording.description is None else wording.description
        body = self.error_body(call, code, description)
        answer = Answer.json({**body, **error.extra}, error.status if wording.status is None else wording.status)
        answer.headers += error.headers
        return answer

    def presented_token(self, request: Request) -> str:
        """Return the access token that a request carries in its Authorization header (RFC 6750 2.1), or "" for none."""
        scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        return token.strip() if scheme.lower() in self.token_schemes else ""

    def code_of(self, code: str) -> str:
        """Return what a client of this family reads where the RFCs say `code`."""
        return self.wordings.get(code, Wording()).code or code

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the envelope of an error (RFC 6749 5.2)."""
        return {"error": code, "error_description": description}

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the members of a token answer (RFC 6749 5.1), with what this family adds."""
        return members

    def claims(
        self, kind: TokenKind, claims: dict[str, object], session: Session, provider: ProviderState
    ) -> dict[str, object]:
        """Return the claims of a token before it is signed, with what this family adds."""
        return claims

    def device_members(self, members: dict[str, object]) -> dict[str, object]:
        """Return the members of a device authorization answer (RFC 8628 3.2)."""
        return members

    def userinfo(self, person: Person) -> dict[str, object]:
        """Return what the userinfo endpoint tells about `person` (OIDC Core 5.3.2)."""
        return person.claims()

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Return what the protected resource answers to a request with a good token."""
        session = token.session
        return Answer.json({"sub": session.subject, "client_id": session.client_id, "path": call.request.path})
