"""Dialect `spec_kitty`, against the findings that led to spec-kitty's sign-out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.providers import Serve


def test_a_token_answer_has_what_the_client_stores(serve: Serve, sign_in: Any) -> None:
    """D8: session, generation and the end of the refresh token, beside the members of RFC 6749."""
    answer = sign_in(serve("spec_kitty"), "cli_native", "offline_access").json()
    assert {"access_token", "refresh_token", "session_id", "expires_in", "generation", "scope"} <= set(answer)
    assert (answer["generation"], answer["refresh_token_expires_in"]) == (1, 30 * 86400)


def test_a_benign_replay_is_409_and_the_family_lives(serve: Serve, refresh: Any) -> None:
    """D3: within the grace `error` says replay and `retry_after` is a small number; nothing is revoked."""
    provider = serve("spec_kitty")
    issued = provider.issue("cli_native")
    newer = refresh(provider, issued.refresh_token, "cli_native").json()

    replay = refresh(provider, issued.refresh_token, "cli_native")
    assert (replay.status_code, replay.json()["error"]) == (409, "refresh_replay_benign_retry")
    assert 0 <= replay.json()["retry_after"] <= 5
    assert refresh(provider, newer["refresh_token"], "cli_native").json()["generation"] == 3


def test_a_late_replay_revokes_the_family_with_401(serve: Serve, refresh: Any) -> None:
    """D3: "the 401 path is unchanged: invalid_grant means family revocation or genuine expiry"."""
    provider = serve("spec_kitty")
    issued = provider.issue("cli_native")
    newer = refresh(provider, issued.refresh_token, "cli_native").json()["refresh_token"]
    provider.clock.advance(61)

    for token in (issued.refresh_token, newer, provider.issue("cli_native", refresh_in=-1).refresh_token):
        answer = refresh(provider, token, "cli_native")
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_grant")


def test_revocation_asks_for_the_token_alone(serve: Serve, http: httpx.Client) -> None:
    """D2: possession is enough, and any well-formed token is revoked, the expired ones too."""
    provider = serve("spec_kitty")
    for token in (provider.issue().refresh_token, provider.issue(expires_in=-9, refresh_in=-9).refresh_token, "x"):
        answer = http.post(f"{provider.issuer}/oauth/revoke", data={"token": token, "token_type_hint": "refresh_token"})
        assert (answer.status_code, answer.json()) == (200, {"revoked": True})
    missing = http.post(f"{provider.issuer}/oauth/revoke", data={"token_type_hint": "refresh_token"})
    assert missing.status_code == 400


def test_session_status_tells_nothing_of_the_family(serve: Serve, http: httpx.Client) -> None:
    """D4: four members for a live session, one and the same 401 for expired, revoked and unknown tokens."""
    provider = serve("spec_kitty")
    revoked = provider.issue()
    http.post(f"{provider.issuer}/oauth/revoke", data={"token": revoked.refresh_token})

    def status(token: str) -> httpx.Response:
        address = f"{provider.issuer}/api/v1/session-status"
        return http.get(address, headers={"Authorization": f"Bearer {token}"})

    assert set(status(provider.issue().access_token).json()) == {
        "session_id",
        "current_generation",
        "created_at",
        "status",
    }
    refused = [status(token) for token in (provider.issue(expires_in=-1).access_token, revoked.access_token, "x")]
    assert {answer.status_code for answer in refused} == {401}
    assert len({answer.text for answer in refused}) == 1


def test_the_profile_has_teams(serve: Serve, use: Any) -> None:
    """`/api/v1/me` never has an empty list of teams."""
    provider = serve("spec_kitty")
    profile = use(provider, provider.issue().access_token, "/me").json()
    assert (profile["user_id"], profile["name"]) == ("user-1", "Ada Lovelace")
    assert profile["teams"][0]["is_private_teamspace"] is True


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_retired_logout_is_gone(serve: Serve, use: Any, method: str) -> None:
    """D1: `POST /api/v1/logout` is answered by nobody, good token or not."""
    provider = serve("spec_kitty")
    answer = use(provider, provider.issue().access_token, "/logout", method)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
