"""Dialect `chatgpt`, as codex meets it."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ServerError
from tests.support.providers import Serve

CLIENT = "app_codex"


def begin(http: httpx.Client, provider: Provider) -> dict[str, str]:
    """Ask for a user code."""
    answer: dict[str, str] = http.post(provider.url("device_authorization"), json={"client_id": CLIENT}).json()
    return answer


def poll(http: httpx.Client, provider: Provider, begun: dict[str, str]) -> httpx.Response:
    """Poll once, with the two codes."""
    body = {"device_auth_id": begun["device_auth_id"], "user_code": begun["user_code"]}
    return http.post(f"{provider.issuer}/api/accounts/deviceauth/token", json=body)


def exchange(http: httpx.Client, provider: Provider, polled: dict[str, str], **other: str) -> httpx.Response:
    """Trade the authorization code of a poll, as a form."""
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": polled["authorization_code"],
        "code_verifier": polled["code_verifier"],
        "redirect_uri": f"{provider.issuer}/deviceauth/callback",
    }
    return http.post(provider.url("token"), data={**form, **other})


def renew(http: httpx.Client, provider: Provider, refresh_token: str) -> httpx.Response:
    """Refresh with JSON, as codex does."""
    body = {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": refresh_token, "refresh_reason": "x"}
    return http.post(provider.url("token"), json=body)


def test_a_whole_device_sign_in(serve: Serve, http: httpx.Client) -> None:
    """Pending is 403, then a code with its PKCE pair, then tokens that name account and plan."""
    provider = serve("chatgpt", device_interval=0)
    provider.user.script("pending", "approve")
    begun = begin(http, provider)

    assert set(begun) == {"device_auth_id", "user_code", "interval"}
    assert begun["interval"] == "0"
    pending = poll(http, provider, begun)
    assert (pending.status_code, pending.json()["error"]["code"]) == (403, "deviceauth_authorization_unknown")
    polled = poll(http, provider, begun).json()
    assert set(polled) == {"authorization_code", "code_challenge", "code_verifier"}

    tokens = exchange(http, provider, polled).json()
    for name in ("id_token", "access_token"):
        account = jwt.decode(tokens[name], options={"verify_signature": False})["https://api.openai.com/auth"]
        assert (account["chatgpt_account_id"], account["chatgpt_plan_type"]) == ("account-of-user-1", "pro")
    assert tokens["refresh_token"]
    assert [e.endpoint + e.grant for e in provider.journal] == [
        "device_authorization",
        "tokendevice_code",
        "tokendevice_code",
        "tokenauthorization_code",
    ]


def test_the_interval_is_a_string(serve: Serve, http: httpx.Client) -> None:
    """Not a number, as RFC 8628 would have it."""
    assert begin(http, serve("chatgpt"))["interval"] == "5"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"code_verifier": "w" * 43}, "code_verifier"),
        ({"redirect_uri": "http://localhost:1455/auth/callback"}, "redirect_uri"),
        ({"client_id": "somebody"}, "client"),
    ],
)
def test_the_code_is_bound(serve: Serve, http: httpx.Client, other: dict[str, str], why: str) -> None:
    """Verifier, redirect and client must be those that belong to the code."""
    provider = serve("chatgpt", device_interval=0)
    polled = poll(http, provider, begin(http, provider)).json()
    answer = exchange(http, provider, polled, **other)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_grant")
    assert why in answer.json()["error"]["message"]


def test_codes_that_do_not_belong_together(serve: Serve, http: httpx.Client) -> None:
    """A user code of another sign-in is unknown, and the device code is exchanged once."""
    provider = serve("chatgpt", device_interval=0)
    one, other = begin(http, provider), begin(http, provider)
    assert poll(http, provider, {**one, "user_code": other["user_code"]}).status_code == 404
    assert poll(http, provider, one).status_code == 200
    assert poll(http, provider, one).status_code == 400


def test_a_form_at_the_device_endpoint_is_refused(serve: Serve, http: httpx.Client) -> None:
    """These two endpoints read JSON alone."""
    provider = serve("chatgpt")
    answer = http.post(provider.url("device_authorization"), data={"client_id": CLIENT})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_json_and_forms_share_the_token_path(serve: Serve, http: httpx.Client, refresh: Any) -> None:
    """A refresh works either way; a spent token is a 401 with a code of its own, and the family lives on."""
    provider = serve("chatgpt")
    issued = provider.issue(CLIENT)
    second = renew(http, provider, issued.refresh_token).json()
    third = refresh(provider, second["refresh_token"], CLIENT).json()

    spent = renew(http, provider, issued.refresh_token)
    assert spent.status_code == 401
    assert spent.json()["error"] == {
        "message": spent.json()["error"]["message"],
        "type": "invalid_request_error",
        "param": None,
        "code": "refresh_token_reused",
    }
    assert renew(http, provider, third["refresh_token"]).status_code == 200


def test_every_dead_refresh_token_has_its_code(serve: Serve, http: httpx.Client) -> None:
    """Expired, revoked, never issued."""
    provider = serve("chatgpt")
    revoked = provider.issue(CLIENT).refresh_token
    body = {"token": revoked, "token_type_hint": "refresh_token", "client_id": CLIENT}
    assert http.post(f"{provider.issuer}/oauth/revoke", json=body).status_code == 200
    codes = {
        token: (answer := renew(http, provider, token)).json()["error"]["code"] + str(answer.status_code)
        for token in (provider.issue(CLIENT, refresh_in=-1).refresh_token, revoked, "nonsense")
    }
    assert list(codes.values()) == [
        "refresh_token_expired401",
        "refresh_token_invalidated401",
        "refresh_token_invalidated401",
    ]


def test_faults_meet_the_proprietary_poll(serve: Serve, http: httpx.Client) -> None:
    """It plays the part of the token endpoint with grant device_code, and is aimed at as that."""
    provider = serve("chatgpt", device_interval=0)
    begun = begin(http, provider)
    with provider.failing(ServerError(503), at="token", grant="device_code", times=1) as armed:
        assert poll(http, provider, begun).status_code == 503
        assert poll(http, provider, begun).status_code == 200
    assert armed.fired == 1


def test_the_account_is_bound_to_no_origin(serve: Serve, use: Any) -> None:
    """Codex takes a login for failed unless the account of its token is listed."""
    provider = serve("chatgpt")
    issued = provider.issue(CLIENT)
    listed = use(provider, issued.access_token, "/backend-api/wham/accounts/check").json()["accounts"]
    assert [one["id"] for one in listed] == ["account-of-user-1"]
    assert {one["workspace_backend_origin"] for one in listed} == {"NO_CONSTRAINT"}


def test_the_model_answers_one_word(serve: Serve, use: Any) -> None:
    """`POST /v1/responses` streams the three events that codex waits for; there is no list of models to choose from."""
    provider = serve("chatgpt")
    assert use(provider, provider.issue(CLIENT).access_token, "/v1/models").json() == {"models": []}
    answer = use(provider, provider.issue(CLIENT).access_token, "/v1/responses", "POST")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert [line for line in answer.text.splitlines() if line.startswith("event:")] == [
        "event: response.created",
        "event: response.output_item.done",
        "event: response.completed",
    ]
