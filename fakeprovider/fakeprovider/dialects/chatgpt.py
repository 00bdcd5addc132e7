"""Dialect `chatgpt`: what codex signs in to, with a device flow of its own, errors under `error.code`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fakeprovider.body import read_json, require
from fakeprovider.context import WRITE, Route
from fakeprovider.dialect import Dialect, Wording
from fakeprovider.grants import device_code
from fakeprovider.protocol.authorization_request import AuthorizationRequest, Redirection
from fakeprovider.protocol.pkce import s256
from fakeprovider.server.answer import Answer
from fakeprovider.state.clock import whole
from fakeprovider.state.store import AuthorizationCode, DeviceCode

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider_state import ProviderState
    from fakeprovider.state.store import AccessToken, Session
    from fakeprovider.state.users import Person
    from fakeprovider.tokens.draft import TokenKind


DEVICE = "/api/accounts/deviceauth"
CALLBACK = "/deviceauth/callback"
SCOPE = "openid profile email offline_access"
"""The scope a device is granted; its request names none."""


def usercode(call: Call) -> Answer:
    """Begin a device sign-in: return a device code and a user code as JSON, with the interval as a string."""
    read_json(call.request)
    provider = call.provider
    code = DeviceCode(
        value=provider.secrets.mint("device_code"),
        user_code=provider.secrets.mint_user_code(),
        client_id=require(call.members, "client_id", "chatgpt"),
        scope=SCOPE,
        expires_at=call.at + provider.device_code_lifetime,
        interval=provider.device_interval,
    )
    with provider.store.lock:
        provider.store.device_codes[code.value] = code
    interval = str(whole(code.interval))
    return Answer.json({"device_auth_id": code.value, "user_code": code.user_code, "interval": interval})


def poll(call: Call) -> Answer:
    """Answer a poll: 403 while the user has not decided, then an authorization code with its PKCE pair."""
    read_json(call.request)
    value = require(call.members, "device_auth_id", "chatgpt")
    typed = require(call.members, "user_code", "chatgpt")
    provider = call.provider
    with provider.store.lock:
        pending = provider.store.by_user_code(typed)
        code = device_code.claim(call, value if pending and pending.value == value else "")
        verifier = provider.secrets.mint("code_verifier")
        granted = AuthorizationCode(
            value=provider.secrets.mint("authorization_code"),
            request=_request(provider, code, s256(verifier)),
            subject=code.subject,
            auth_time=call.at,
            expires_at=call.at + provider.code_lifetime,
        )
        provider.store.authorization_codes[granted.value] = granted
    challenge = granted.request.code_challenge
    return Answer.json({"authorization_code": granted.value, "code_challenge": challenge, "code_verifier": verifier})


def _request(provider: ProviderState, code: DeviceCode, challenge: str) -> AuthorizationRequest:
    """Return the authorization request nobody sent, which the code is bound to."""
    client = provider.clients.find(code.client_id)
    way_back = Redirection(client, provider.base + CALLBACK, uri_was_sent=True, state="", response_mode="query")
    return AuthorizationRequest(
        redirection=way_back,
        scope=code.scope,
        nonce="",
        code_challenge=challenge,
        prompt=(),
        login_hint="",
        max_age=None,
        resources=(),
    )


class Chatgpt(Dialect):
    """One token path for JSON and forms, ten-day access tokens, every dead refresh token a 401 with its own code."""

    name = "chatgpt"

    paths: ClassVar[Mapping[str, str]] = {
        **Dialect.paths,
        "authorization": "/oauth/authorize",
        "token": "/oauth/token",
        "revocation": "/oauth/revoke",
        "device_authorization": f"{DEVICE}/usercode",
        "verification": "/codex/device",
    }
    routes: ClassVar[Mapping[str, Route]] = {
        f"{DEVICE}/usercode": Route(WRITE, usercode, "device_authorization"),
        f"{DEVICE}/token": Route(WRITE, poll, "token", "device_code"),
    }
    settings: ClassVar[Mapping[str, object]] = {"access_token_lifetime": 10 * 86400.0, "reuse": "reused_401"}
    json_requests = True

    wordings: ClassVar[Mapping[str, Wording]] = {
        "refresh_token_unknown": Wording("refresh_token_invalidated", 401),
        "refresh_token_expired": Wording("refresh_token_expired", 401),
        "refresh_token_revoked": Wording("refresh_token_invalidated", 401),
        "refresh_token_reused": Wording("refresh_token_reused", 401),
        "authorization_pending": Wording("deviceauth_authorization_unknown", 403),
        "slow_down": Wording("deviceauth_authorization_unknown", 403),
        "device_code_unknown": Wording("deviceauth_authorization_unknown", 404),
        # What it answers to a denial is not known: an error, and none that has a name in RFC 8628.
        "access_denied": Wording("deviceauth_authorization_denied", 400),
    }

    def error_body(self, call: Call, code: str, description: str) -> dict[str, object]:
        """Return the error as an object under `error`."""
        kind = "invalid_request_error"
        return {"error": {"message": description, "type": kind, "param": None, "code": code}}

    def claims(
        self, kind: TokenKind, claims: dict[str, object], session: Session, provider: ProviderState
    ) -> dict[str, object]:
        """Return the claims with the account and its plan, in access tokens and id tokens alike."""
        return {**claims, "https://api.openai.com/auth": account(session.subject)}

    def userinfo(self, person: Person) -> dict[str, object]:
        """Return the claims of `person` with the account that tokens name."""
        return {**super().userinfo(person), "https://api.openai.com/auth": account(person.sub)}

    def api(self, call: Call, token: AccessToken) -> Answer:
        """Stream one word as a model's answer at `POST .../responses`, list no models at `.../models`, echo elsewhere.

        `.../accounts/check` tells which accounts there are: none of them is bound to an origin of its own.
        """
        if call.request.path.endswith("/accounts/check"):
            return Answer.json({"accounts": [{"id": account(token.session.subject)["chatgpt_account_id"], **UNBOUND}]})
        if call.request.path.endswith("/models"):
            return Answer.json({"models": []})
        if call.request.method == "POST" and call.request.path.endswith("/responses"):
            return Answer(200, [("Content-Type", "text/event-stream")], "".join(map(_event, EVENTS)).encode())
        return super().api(call, token)


UNBOUND = {"workspace_backend_origin": "NO_CONSTRAINT", "account_routing_override": "NO_CONSTRAINT"}
"""What an account's workspace says where any origin may serve it."""


def account(subject: str) -> dict[str, str]:
    """Return the members with which a token describes the account of `subject`."""
    return {
        "chatgpt_account_id": f"account-of-{subject}",
        "chatgpt_plan_type": "pro",
        "chatgpt_user_id": subject,
        "user_id": subject,
    }


def _event(event: dict[str, object]) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


_MESSAGE = {
    "type": "message",
    "role": "assistant",
    "id": "message-1",
    "content": [{"type": "output_text", "text": "hello"}],
}
EVENTS: tuple[dict[str, object], ...] = (
    {"type": "response.created", "response": {"id": "response-1"}},
    {"type": "response.output_item.done", "item": _MESSAGE},
    {
        "type": "response.completed",
        "response": {
            "id": "response-1",
            "usage": {
                "input_tokens": 1,
                "input_tokens_details": None,
                "output_tokens": 1,
                "output_tokens_details": None,
                "total_tokens": 2,
            },
        },
    },
)
