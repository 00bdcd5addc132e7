"""Dialect `osa`, as osa-py meets it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ServerError
from tests.support.providers import Serve

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def ask(http: httpx.Client, provider: Provider, path: str, **members: str) -> httpx.Response:
    """POST JSON below /api/v1/auth."""
    return http.post(f"{provider.issuer}/api/v1/auth/{path}", json=members)


def begin(http: httpx.Client, provider: Provider) -> dict[str, Any]:
    """Begin a device sign-in, without any body."""
    answer: dict[str, Any] = http.post(f"{provider.issuer}/api/v1/auth/device").json()
    return answer


def poll(http: httpx.Client, provider: Provider, code: str) -> httpx.Response:
    """Poll once."""
    return ask(http, provider, "device/token", device_code=code, grant_type=DEVICE_CODE)


def test_a_whole_device_sign_in(serve: Serve, http: httpx.Client, use: Any) -> None:
    """No client id, no form: two tokens, the API on the same origin, and success at the end."""
    provider = serve("osa", device_interval=0)
    provider.user.script("pending", "approve")
    begun = begin(http, provider)

    assert set(begun) == {"device_code", "user_code", "verification_uri", "expires_in", "interval"}
    assert (len(begun["user_code"]), begun["user_code"][4], begun["expires_in"]) == (9, "-", 900)
    pending = poll(http, provider, begun["device_code"])
    assert (pending.status_code, pending.json()["error"]) == (400, "authorization_pending")
    tokens = poll(http, provider, begun["device_code"]).json()
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert provider.api == f"{provider.issuer}/api/v1"
    assert use(provider, tokens["access_token"], "/ingestions", "POST").status_code == 200
    assert ask(http, provider, "logout", refresh_token=tokens["refresh_token"]).json() == {"success": True}
    assert use(provider, tokens["access_token"], "/ingestions", "POST").status_code == 401


def test_a_sign_out_without_a_token_is_no_success(serve: Serve, http: httpx.Client) -> None:
    """Nobody is told that a session ended which was not named."""
    answer = ask(http, serve("osa"), "logout")
    assert (answer.status_code, answer.json()["detail"]["code"]) == (400, "invalid_request")


def test_device_errors_have_osas_names(serve: Serve, http: httpx.Client) -> None:
    """Consumed, unknown and expired codes, each as RFC 8628 words errors."""
    provider = serve("osa", device_interval=0)
    consumed, late = begin(http, provider)["device_code"], begin(http, provider)["device_code"]
    poll(http, provider, consumed)
    said = [poll(http, provider, consumed), poll(http, provider, "nonsense")]
    provider.clock.advance(901)
    said.append(poll(http, provider, late))

    assert [answer.json()["error"] for answer in said] == ["device_consumed", "device_not_found", "expired_token"]
    assert {answer.status_code for answer in said} == {400}
    assert all(answer.json()["error_description"] for answer in said)


def test_refresh_rotates_and_reuse_revokes_the_family(serve: Serve, http: httpx.Client) -> None:
    """Each refresh spends its token; a spent one ends the family, and says so from then on."""
    provider = serve("osa")
    first = provider.issue("osa").refresh_token
    second = ask(http, provider, "refresh", refresh_token=first).json()["refresh_token"]
    third = ask(http, provider, "refresh", refresh_token=second).json()["refresh_token"]

    for dead in (first, second, third):
        answer = ask(http, provider, "refresh", refresh_token=dead)
        assert answer.status_code == 401
        assert set(answer.json()["detail"]) == {"code", "message"}
        assert answer.json()["detail"]["code"] == "token_family_revoked"


@pytest.mark.parametrize(("lifetime", "code"), [(-1, "refresh_token_expired"), (None, "invalid_refresh_token")])
def test_refresh_errors_are_under_detail(serve: Serve, http: httpx.Client, lifetime: float | None, code: str) -> None:
    """Expired and unknown refresh tokens are told apart."""
    provider = serve("osa")
    token = "nonsense" if lifetime is None else provider.issue("osa", refresh_in=lifetime).refresh_token
    answer = ask(http, provider, "refresh", refresh_token=token)
    assert (answer.status_code, answer.json()["detail"]["code"]) == (401, code)


@pytest.mark.parametrize(("decision", "page", "says"), [("approve", "complete", "signed in"), ("deny", "error", "not")])
def test_the_pages_send_people_back_to_the_terminal(
    serve: Serve, http: httpx.Client, decision: str, page: str, says: str
) -> None:
    """After the decision there is a page of its own, and it says where to go on."""
    provider = serve("osa", device_interval=0)
    provider.user.ignores()
    begun = begin(http, provider)
    shown = http.get(begun["verification_uri"], params={"code": begun["user_code"]})
    assert begun["user_code"] in shown.text

    done = http.post(begun["verification_uri"], data={"user_code": begun["user_code"], "decision": decision})
    assert done.headers["Location"] == f"{provider.issuer}/api/v1/auth/device/{page}"
    text = http.get(done.headers["Location"]).text
    assert says in text
    assert "terminal" in text


def test_a_code_nobody_knows_ends_on_the_error_page(serve: Serve, http: httpx.Client) -> None:
    """Early errors too end where the terminal is named (OSA's device flow)."""
    provider = serve("osa")
    done = http.post(f"{provider.issuer}/api/v1/auth/device/verify", data={"user_code": "XXXX-XXXX"})
    assert done.headers["Location"].endswith("/device/error")


def test_faults_meet_every_path_by_its_part(serve: Serve, http: httpx.Client) -> None:
    """Poll, refresh and logout are `token[device_code]`, `token[refresh_token]` and `revocation`."""
    provider = serve("osa", device_interval=0)
    issued = provider.issue("osa")
    code = begin(http, provider)["device_code"]
    with provider.failing(ServerError(503), at="token", grant="device_code"):
        assert poll(http, provider, code).status_code == 503
        assert ask(http, provider, "refresh", refresh_token=issued.refresh_token).status_code == 200
    with provider.failing(ServerError(503), at="revocation"):
        assert ask(http, provider, "logout", refresh_token=issued.refresh_token).status_code == 503
