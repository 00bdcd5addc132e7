"""The userinfo endpoint (OIDC Core 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def userinfo(client: OAuthClient, token: str, method: str = "GET") -> httpx.Response:
    """Ask who the bearer of the token is."""
    headers = {"Authorization": f"Bearer {token}"}
    return client.http.request(method, client.provider.url("userinfo"), headers=headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_tells_about_the_person(client: OAuthClient, method: str) -> None:
    """The same subject as the id token, by GET and by POST (OIDC Core 5.3.1, 5.3.2)."""
    tokens = client.sign_in()

    told = userinfo(client, tokens["access_token"], method).json()

    assert told["sub"] == client.claims(tokens["id_token"])["sub"]
    assert told["email"] == "ada@example.test"


def test_it_needs_scope_openid(client: OAuthClient) -> None:
    """A token without openid, and one of a client for itself, are 403 insufficient_scope."""
    plain = client.sign_in(scope="read")["access_token"]
    form = {"grant_type": "client_credentials", "client_id": "svc", "client_secret": "x", "scope": "openid"}
    own = client.post("token", **form).json()["access_token"]

    client.refused(userinfo(client, plain), "insufficient_scope", "'read'", status=403)
    client.refused(userinfo(client, own), "insufficient_scope", "'svc'", status=403)


def test_a_dead_token_is_refused(client: OAuthClient) -> None:
    """401 invalid_token."""
    client.refused(userinfo(client, "made-up"), "invalid_token", status=401)


def test_the_token_may_come_in_a_form(client: OAuthClient) -> None:
    """In the body of a POST (RFC 6750 2.2, OIDC Core 5.3.1), but not there and in the header."""
    token = client.sign_in()["access_token"]
    assert client.post("userinfo", access_token=token).json()["email"] == "ada@example.test"
    client.refused(client.post("userinfo", access_token="made-up"), "invalid_token", status=401)
    twice = client.http.post(
        client.provider.url("userinfo"), data={"access_token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    client.refused(twice, "invalid_request", "one way at a time")
