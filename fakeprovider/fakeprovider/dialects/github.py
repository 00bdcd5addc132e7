"""Dialect `github`: what `gh` signs in to; errors at the token endpoint are a 200, answers are forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from fakeprovider.context import WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.endpoints import device_authorization, token
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.errors import OAuthError
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import AccessToken, Session
    from fakeprovider.state.users import Person


SCOPES = "gist, read:org, repo"


def begin(call: Call) -> Answer:
    """Begin a device sign-in: return what the device authorization endpoint answers, encoded as asked for."""
    return as_asked(call, device_authorization.serve(call))


def poll(call: Call) -> Answer:
    """Answer a poll as the token endpoint does, encoded as asked for."""
    return as_asked(call, token.serve(call))


def as_asked(call: Call, answer: Answer) -> Answer:
    """Return the answer as a form, unless the client asked for JSON."""
    if "json" in call.request.headers.get("Accept", ""):
        return answer
    headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    return Answer(answer.status, headers, urlencode(json.loads(answer.body)).encode())


class Github(Dialect):
    """OAuth apps of github.com: a device flow, and tokens that do not expire and that clients cannot revoke."""

    name = "github"

    paths: ClassVar[Mapping[str, str]] = {
        "authorization": "/login/oauth/authorize",
        "token": "/login/oauth/access_token",
        "device_authorization": "/login/device/code",
        "verification": "/login/device",
    }
    routes: ClassVar[Mapping[str, Route]] = {
        "/login/device/code": Route(WRITE, begin, "device_authorization"),
        "/login/oauth/access_token": Route(WRITE, poll, "token"),
    }
    settings: ClassVar[Mapping[str, object]] = {
        "access_token_format": "opaque",
        "access_token_lifetime": 10 * 365 * 86400.0,
        "refresh_tokens": "offline_access",
        "check_audience": False,
    }
    token_schemes = ("bearer", "token")

    wordings: ClassVar[Mapping[str, Wording]] = {
        **{
            code: Wording(status=200)
            for code in ("authorization_pending", "slow_down", "access_denied", "expired_token")
        },
        "device_code_unknown": Wording("incorrect_device_code", 200),
        "device_code_consumed": Wording("incorrect_device_code", 200),
        "invalid_token": Wording(description="Bad credentials"),
    }

    def error(self, call: Call, error: OAuthError) -> Answer:
        """Return the error answer in the encoding the client asked for."""
        answer = super().error(call, error)
        return as_asked(call, answer) if call.endpoint in ("token", "device_authorization") else answer

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the error in `message` for the API, and as RFC 6749 5.2 has it for other endpoints."""
        if call.endpoint == "api":
            return {"message": description, "documentation_url": "https://docs.github.com/rest"}
        return super().error_body(call, code, description)

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the access token, its type and its scope, but no lifetime: it does not expire."""
        told = {"access_token": members["access_token"]} if "access_token" in members else {}
        return {**told, "token_type": "bearer", "scope": SCOPES.replace(" ", "")}

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Return who is signed in for `/user` and every GraphQL query; each answer names the scopes of the token."""
        person = call.provider.people[token.session.subject]
        queried = {"data": {"viewer": {"login": person.preferred_username}}}
        answer = Answer.json(queried if call.request.path == "/graphql" else user(person))
        answer.headers.append(("X-Oauth-Scopes", SCOPES))
        return answer


def user(person: Person) -> dict[str, object]:
    """Return the account of `person`."""
    return {"login": person.preferred_username, "id": 1, "type": "User", "name": person.name, "email": person.email}
