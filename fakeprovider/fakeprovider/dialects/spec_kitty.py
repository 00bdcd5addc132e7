"""Dialect `spec_kitty`: the hosted service behind spec-kitty-cli."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.context import WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.endpoints import revocation
from fakeprovider.errors import OAuthError
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import whole
from fakeprovider.state.users import Person

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import AccessToken, Session


def revoke(call: Call) -> Answer:
    """Revoke the token as RFC 7009 has it, and say so in the body: `{"revoked": true}`."""
    revocation.serve(call)
    return Answer.json({"revoked": True})


def retired(call: Call) -> Answer:
    """Answer the former sign-out path, which the service has removed."""
    raise OAuthError("not_found", "POST /api/v1/logout is retired; revoke the refresh token at /oauth/revoke", 404)


class SpecKitty(Dialect):
    """One origin for everything, opaque tokens, a 409 for benign replay, teams in the profile."""

    name = "spec_kitty"

    paths: ClassVar[Mapping[str, str]] = {
        **Dialect.paths,
        "authorization": "/oauth/authorize",
        "token": "/oauth/token",
        "device_authorization": "/oauth/device",
        "revocation": "/oauth/revoke",
        "session_status": "/api/v1/session-status",
    }
    settings: ClassVar[Mapping[str, object]] = {
        "access_token_format": "opaque",
        "reuse": "benign_409",
        "reuse_grace": 60.0,
    }
    api_path = "/api/v1"
    routes: ClassVar[Mapping[str, Route]] = {
        "/oauth/revoke": Route(WRITE, revoke, "revocation"),
        "/api/v1/logout": Route((), retired),
    }

    wordings: ClassVar[Mapping[str, Wording]] = {
        f"refresh_token_{why}": Wording(status=401) for why in ("unknown", "expired", "revoked", "reused")
    }

    def token_members(self, members: dict[str, object], session: Session, provider: ProviderState) -> dict[str, object]:
        """Return the members with the session, its generation and the expiry of the refresh token."""
        members = {**members, "session_id": session.id, "generation": session.generation}
        if "refresh_token" in members:
            members["refresh_token_expires_in"] = whole(provider.refresh_token_lifetime)
        return members

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Return the profile with its teams for `/api/v1/me`; answer other paths as the base class does."""
        people = call.provider.people
        if call.request.path.endswith("/me") and token.session.subject in people:
            return Answer.json(profile(people[token.session.subject]))
        return super().api(call, token)


def profile(person: Person) -> dict[str, object]:
    """Return the profile of `person`, with the one team everybody has."""
    team = {"id": "team-1", "name": "Analytical Engines", "role": "owner", "is_private_teamspace": True}
    return {"user_id": person.sub, "email": person.email, "name": person.name, "teams": [team]}
