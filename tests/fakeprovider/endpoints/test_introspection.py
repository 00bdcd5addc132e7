"""Token introspection (RFC 7662)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_a_live_access_token(provider: Provider, client: OAuthClient) -> None:
    """Active, with everything a resource server needs to know (RFC 7662 2.2)."""
    tokens = client.sign_in()

    told = client.post("introspection", client_id="api", token=tokens["access_token"]).json()

    assert told.pop("exp") == client.claims(tokens["access_token"])["exp"]
    assert told == {
        "active": True,
        "scope": "openid offline_access",
        "client_id": "cli",
        "token_type": "Bearer",
        "sub": "user-1",
        "iss": provider.issuer,
        "aud": [provider.api],
        "username": "ada",
    }


def test_a_live_refresh_token(client: OAuthClient) -> None:
    """Active until it is spent."""
    token = client.sign_in()["refresh_token"]

    before = client.post("introspection", client_id="api", token=token).json()
    client.refresh(token)
    after = client.post("introspection", client_id="api", token=token).json()

    assert (before["active"], before["token_type"], after) == (True, "refresh_token", {"active": False})


@pytest.mark.parametrize("format_", ["jwt", "opaque"])
def test_dead_tokens_say_nothing(provider: Provider, client: OAuthClient, format_: str) -> None:
    """Expired, revoked, ended, unknown, an id token: active false and nothing else; the note says why."""
    provider.access_token_format = format_  # type: ignore[assignment]  # from a parameter
    revoked, ended, expired = (client.sign_in() for _ in range(3))
    client.post("revocation", token=revoked["access_token"])
    client.post("revocation", token=ended["refresh_token"])

    def why(token: str) -> str:
        assert client.post("introspection", client_id="api", token=token).json() == {"active": False}
        return provider.journal.where(endpoint="introspection")[-1].note

    assert "revoked" in why(revoked["access_token"])
    assert "refresh token was revoked" in why(ended["access_token"])
    assert "id token" in why(expired["id_token"])
    assert "not one this provider issued" in why("made-up")
    provider.clock.advance(3601)
    assert "expired" in why(expired["access_token"])


def test_the_resource_server_says_who_it_is(provider: Provider, client: OAuthClient) -> None:
    """Introspection is for clients that name, and where they can prove, themselves (RFC 7662 2.1)."""
    client.refused(client.post("introspection", token="x"), "invalid_request", "no client_id")
    provider.clients.add(ClientRecord("api", secret="s3cret"))
    client.refused(client.post("introspection", token="x", client_id="api"), "invalid_client", status=401)
