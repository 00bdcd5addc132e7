"""Dialect `aws_sso`: IAM Identity Center, which `aws sso login` signs in to; the device flow in JSON and camel case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from fakeprovider.body import read_json, require
from fakeprovider.checks.bearer import require_access_token
from fakeprovider.checks.client_authentication import identify
from fakeprovider.context import WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.endpoints import device_authorization
from fakeprovider.errors import OAuthError
from fakeprovider.grants import GRANTS
from fakeprovider.server.answer import Answer
from fakeprovider.state.clients import ClientRecord

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.server.request import Request
    from fakeprovider.state.store import AccessToken, Session


TOKEN_HEADER: Final = "x-amz-sso_bearer_token"
REGISTRATION_LIFETIME: Final = 90 * 86400
"""Seconds after which a client has to register again."""

EXCEPTIONS: Final = {
    "authorization_pending": "AuthorizationPendingException",
    "slow_down": "SlowDownException",
    "expired_token": "ExpiredTokenException",
    "access_denied": "AccessDeniedException",
    "invalid_grant": "InvalidGrantException",
    "invalid_client": "InvalidClientException",
    "invalid_token": "UnauthorizedException",
    "unsupported_grant_type": "UnsupportedGrantTypeException",
}
"""The OAuth error codes, and the exception each one is called in the header `x-amzn-ErrorType`."""


MEMBERS: Final = ("access_token", "refresh_token", "token_type", "expires_in")
"""The members of a token answer, as the RFCs name them; there are no others."""
DEVICE_MEMBERS: Final = ("device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in")
"""The members of a device authorization answer that RFC 8628 has another name for."""


def register(call: Call) -> Answer:
    """Serve RegisterClient: every client gets an id and a secret, and is held to it."""
    read_json(call.request)
    require(call.members, "clientName", "RegisterClient")
    secret = call.provider.secrets.mint("client_secret")
    issued = int(call.at)
    record = call.provider.clients.add(ClientRecord(f"client-{call.number}", secret, name=call.members["clientName"]))
    members = {"clientId": record.client_id, "clientSecret": secret, "clientIdIssuedAt": issued}
    return Answer.json({**members, "clientSecretExpiresAt": issued + REGISTRATION_LIFETIME})


def begin(call: Call) -> Answer:
    """Serve StartDeviceAuthorization."""
    read_json(call.request)
    require(call.members, "startUrl", "StartDeviceAuthorization")
    return device_authorization.authorize(call)


def create_token(call: Call) -> Answer:
    """Serve CreateToken, for a device code or a refresh token."""
    read_json(call.request)
    grant = GRANTS.get(call.grant or call.members.get("grant_type", ""))
    if grant is None:
        raise OAuthError("unsupported_grant_type", f"grantType arrived as {call.members.get('grant_type')!r}")
    identify(call)
    return Answer.json(grant(call))


def logout(call: Call) -> Answer:
    """Serve the portal's Logout: end the session of the access token, so that its refresh token is worthless, too."""
    session = require_access_token(call).session
    call.provider.store.end_session(session, "the person signed out at the portal", call.at)
    return Answer(200)


def camel(name: str) -> str:
    """Return a name in camel case: `access_token` becomes `accessToken`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class AwsSso(Dialect):
    """IAM Identity Center: `sso-oidc` and the portal on one origin, and the API of CodeCatalyst."""

    name = "aws_sso"

    paths: ClassVar[Mapping[str, str]] = {
        "authorization": "/authorize",
        "token": "/token",
        "device_authorization": "/device_authorization",
        "verification": "/device",
        "registration": "/client/register",
        "revocation": "/logout",
    }
    routes: ClassVar[Mapping[str, Route]] = {
        "/client/register": Route(WRITE, register, "registration"),
        "/device_authorization": Route(WRITE, begin, "device_authorization"),
        "/token": Route(WRITE, create_token, "token"),
        "/logout": Route(WRITE, logout, "revocation"),
    }
    settings: ClassVar[Mapping[str, object]] = {
        "access_token_format": "opaque",
        "access_token_lifetime": 28800.0,
        "check_audience": False,
    }
    json_requests = True
    member_names: ClassVar[Mapping[str, str]] = {
        camel(name): name
        for name in ("client_id", "client_secret", "device_code", "grant_type", "refresh_token", "redirect_uri")
    }
    answer_names: ClassVar[Mapping[str, str]] = {name: camel(name) for name in (*DEVICE_MEMBERS, *MEMBERS)}
    wordings: ClassVar[Mapping[str, Wording]] = {
        "invalid_token": Wording(description="Session token not found or invalid")
    }

    def presented_token(self, request: Request) -> str:
        """Return the token in `x-amz-sso_bearer_token`, the portal's own header, or else the bearer token."""
        # Its name has underscores, so it is not among `request.headers`.
        sent = request.raw_headers
        return next((value for name, value in sent if name.lower() == TOKEN_HEADER), super().presented_token(request))

    def error(self, call: Call, error: OAuthError) -> Answer:
        """Return the error answer with the name of an exception in `x-amzn-ErrorType`."""
        answer = super().error(call, error)
        answer.headers.append(("x-amzn-ErrorType", EXCEPTIONS.get(error.code, "InvalidRequestException")))
        return answer

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the members of RFC 6749 5.2 for `sso-oidc`, a `message` for the portal and CodeCatalyst."""
        if call.endpoint in ("api", "revocation"):
            return {"message": description}
        return super().error_body(call, code, description)

    def device_members(self, members: dict[str, object]) -> dict[str, object]:
        """Return the members of a device authorization answer in camel case."""
        return {camel(name): value for name, value in members.items()}

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the members of a token answer in camel case."""
        return {camel(name): members[name] for name in MEMBERS if name in members}

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Return who is signed in for CodeCatalyst's `GET /session`; answer other paths as the base class does."""
        if call.request.path == "/session":
            return Answer.json({"identity": token.session.subject})
        return super().api(call, token)
