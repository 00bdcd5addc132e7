"""The session status endpoint (spec-kitty's sign-out): alive or not, and nothing about the family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider
from tests.support.providers import Serve

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider of the one family that has this endpoint."""
    return serve("spec_kitty", reuse="revoke_family")


def status(client: OAuthClient, token: str) -> httpx.Response:
    """Ask for the session of an access token."""
    headers = {"Authorization": f"Bearer {token}"}
    return client.http.get(client.provider.url("session_status"), headers=headers)


def test_an_active_session(client: OAuthClient) -> None:
    """Id, generation, begin, active: these four and no more."""
    tokens = client.sign_in()
    newer = client.refresh(tokens["refresh_token"]).json()

    told = status(client, newer["access_token"]).json()

    assert told.pop("created_at").endswith("Z")
    assert told == {"session_id": tokens["session_id"], "current_generation": 2, "status": "active"}


@pytest.mark.parametrize("how", ["revoked", "reused", "expired", "unknown"])
def test_every_other_is_the_same_401(provider: Provider, client: OAuthClient, how: str) -> None:
    """Why a session is dead is nobody's business: one generic answer for all."""
    tokens = client.sign_in()
    if how == "revoked":
        client.post("revocation", token=tokens["refresh_token"])
    elif how == "reused":
        client.refresh(tokens["refresh_token"])
        client.refresh(tokens["refresh_token"])
    elif how == "expired":
        provider.clock.advance(3601)

    answer = status(client, "made-up" if how == "unknown" else tokens["access_token"])

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_token", "error_description": "the access token is not valid"}
