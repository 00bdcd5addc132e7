"""Token introspection (RFC 7662)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def introspect(client: OAuthClient, token: str) -> dict[str, Any]:
    """What a resource server that authenticates is told of a token."""
    return dict(client.post("introspection", client_id="api", client_secret="s3cret", token=token).json())


def test_a_live_access_token(provider: Provider, client: OAuthClient) -> None:
    """Active, with everything a resource server needs to know (RFC 7662 2.2)."""
    tokens = client.sign_in()

    told = introspect(client, tokens["access_token"])

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

    before = introspect(client, token)
    client.refresh(token)
    after = introspect(client, token)

    assert (before["active"], before["token_type"], after) == (True, "refresh_token", {"active": False})


@pytest.mark.parametrize("format_", ["jwt", "opaque"])
def test_dead_tokens_say_nothing(provider: Provider, client: OAuthClient, format_: str) -> None:
    """Expired, revoked, ended, unknown, an id token: active false and nothing else; the note says why."""
    provider.access_token_format = format_  # type: ignore[assignment]  # from a parameter
    revoked, ended, expired = (client.sign_in() for _ in range(3))
    client.post("revocation", token=revoked["access_token"])
    client.post("revocation", token=ended["refresh_token"])

    def why(token: str) -> str:
        assert introspect(client, token) == {"active": False}
        return provider.journal.where(endpoint="introspection")[-1].note

    assert "revoked" in why(revoked["access_token"])
    assert "refresh token was revoked" in why(ended["access_token"])
    assert "id token" in why(expired["id_token"])
    assert "not one this provider issued" in why("made-up")
    provider.clock.advance(3601)
    assert "expired" in why(expired["access_token"])


def test_the_resource_server_says_who_it_is(provider: Provider, client: OAuthClient) -> None:
    """Introspection is for clients that prove themselves, whatever name they make up (RFC 7662 2.1)."""
    client.refused(client.post("introspection", token="x"), "invalid_request", "no client_id")
    made_up = client.post("introspection", token="x", client_id="made-up")
    client.refused(made_up, "invalid_client", "'made-up'", "RFC 7662 2.1", status=401)
    provider.clients.add(ClientRecord("api", secret="s3cret"))
    client.refused(client.post("introspection", token="x", client_id="api"), "invalid_client", status=401)


def test_a_resource_server_may_have_a_token_of_its_own(provider: Provider, client: OAuthClient) -> None:
    """A bearer token authorizes the request as well, while it lives (RFC 7662 2.1)."""
    token = client.sign_in()["access_token"]

    def ask(bearer: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"}
        return client.http.post(provider.url("introspection"), data={"token": token}, headers=headers)

    assert ask(provider.issue("api").access_token).json()["active"] is True
    client.refused(ask("made-up"), "invalid_token", status=401)


def test_a_token_without_a_scope_has_no_empty_one(provider: Provider, client: OAuthClient) -> None:
    """`scope` is left out of answers and of JWTs, for "" is no scope (RFC 6749 3.3, RFC 7662 2.2, RFC 9068 2.2.3)."""
    token = provider.issue("cli", scope="").access_token

    assert "scope" not in introspect(client, token)
    assert "scope" not in client.claims(token)
