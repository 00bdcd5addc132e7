"""Pushed authorization requests (RFC 9126): parameters sent ahead, a handle that works once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


@pytest.fixture
def pushed(client: OAuthClient) -> dict[str, str]:
    """The parameters of an authorization request, as they are pushed."""
    return dict(client.authorize().request.url.params)


def test_a_pushed_request_is_used_once(client: OAuthClient, pushed: dict[str, str]) -> None:
    """201 with a request_uri; the browser brings it, and it ends in tokens; a second time it is refused."""
    answer = client.post("pushed_authorization_request", **pushed)
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 60
    asked = {"client_id": "cli", "request_uri": answer.json()["request_uri"]}

    first = client.http.get(client.provider.url("authorization"), params=asked)
    again = client.http.get(client.provider.url("authorization"), params=asked)

    told = client.landed(first)
    assert told["state"] == "state-1"
    assert client.exchange(told["code"]).status_code == 200
    assert again.status_code == 400
    assert "used before" in again.text


def test_a_pushed_request_expires(provider: Provider, client: OAuthClient, pushed: dict[str, str]) -> None:
    """After its lifetime the request_uri is worth nothing."""
    uri = client.post("pushed_authorization_request", **pushed).json()["request_uri"]
    provider.clock.advance(61)

    page = client.http.get(provider.url("authorization"), params={"client_id": "cli", "request_uri": uri})

    assert page.status_code == 400
    assert "expired" in page.text


def test_a_pushed_request_belongs_to_its_client(
    provider: Provider, client: OAuthClient, pushed: dict[str, str]
) -> None:
    """Another client cannot use the request_uri, nor spoil it for its owner (RFC 9126 2.2)."""
    uri = client.post("pushed_authorization_request", **pushed).json()["request_uri"]

    def bring(client_id: str) -> int:
        asked = {"client_id": client_id, "request_uri": uri}
        return client.http.get(provider.url("authorization"), params=asked).status_code

    assert [bring("thief"), bring("cli")] == [400, 302]


def test_what_would_be_refused_later_is_refused_now(client: OAuthClient, pushed: dict[str, str]) -> None:
    """Errors come as JSON while the client still listens (RFC 9126 2.3)."""
    wrong = {**pushed, "redirect_uri": "https://example.test/cb"}
    client.refused(client.post("pushed_authorization_request", **wrong), "invalid_request", "https://example.test/cb")
    plain = {**pushed, "code_challenge_method": "plain"}
    client.refused(client.post("pushed_authorization_request", **plain), "invalid_request", "plain")
    nested = {**pushed, "request_uri": "urn:x"}
    client.refused(client.post("pushed_authorization_request", **nested), "invalid_request", "RFC 9126 2.1")


def test_the_client_authenticates(provider: Provider, client: OAuthClient, pushed: dict[str, str]) -> None:
    """A client with a secret proves itself as at the token endpoint (RFC 9126 2)."""
    provider.clients.add(ClientRecord("cli", secret="s3cret"))

    client.refused(client.post("pushed_authorization_request", **pushed), "invalid_client", "registered", status=401)
    assert client.post("pushed_authorization_request", **pushed, client_secret="s3cret").status_code == 201
