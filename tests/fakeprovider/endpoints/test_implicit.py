"""Tokens from the authorization endpoint (OIDC Core 3.2), for clients that know nothing else: behind a knob."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.tokens.draft import half_hash
from tests.support.providers import Serve

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

NO_PKCE = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider whose knob is turned."""
    return serve(implicit=True)


def fragment(answer: httpx.Response) -> dict[str, str]:
    """The parameters behind the `#` of the address an answer redirects to."""
    landed = urlsplit(answer.headers["Location"])
    assert not landed.query
    return dict(parse_qsl(landed.fragment))


@pytest.mark.parametrize("order", ["id_token token", "token id_token"])
def test_both_tokens_come_in_the_fragment(provider: Provider, client: OAuthClient, order: str) -> None:
    """Bound to each other and to the request; nothing to refresh them with (OIDC Core 3.2.2.5, 3.2.2.10)."""
    told = fragment(client.authorize(response_type=order, **NO_PKCE))

    claims = client.claims(told["id_token"])
    assert (claims["nonce"], claims["aud"], told["state"]) == ("nonce-1", "cli", "state-1")
    assert claims["at_hash"] == half_hash(told["access_token"], "RS256")
    assert (told["token_type"], told["expires_in"], "refresh_token" in told) == ("Bearer", "3600", False)
    assert client.use(told["access_token"]).status_code == 200


def test_an_id_token_alone(provider: Provider, client: OAuthClient) -> None:
    """No access token is made for it, so there is none to be bound to."""
    told = fragment(client.authorize(response_type="id_token", **NO_PKCE))

    assert set(told) == {"id_token", "state", "iss"}
    assert "at_hash" not in client.claims(told["id_token"])
    assert not [secret for secret in provider.secrets if secret.kind == "access_token"]


def test_by_form_post(client: OAuthClient) -> None:
    """The other way that writes no token down."""
    page = client.authorize(response_type="id_token", response_mode="form_post", **NO_PKCE)
    assert 'name="id_token"' in page.text


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"nonce": None}, "invalid_request", "nonce is missing"),
        ({"scope": "profile"}, "invalid_scope", "without scope 'openid'"),
        ({"response_mode": "query"}, "invalid_request", "response_mode is 'query'"),
        ({"response_type": "token"}, "unsupported_response_type", "'code' or 'id_token' or 'id_token token'"),
    ],
)
def test_mistakes_are_explained(client: OAuthClient, changes: dict[str, str], error: str, words: str) -> None:
    """Back at the client, each with what was expected."""
    answer = client.authorize(**{"response_type": "id_token", **NO_PKCE, **changes})
    told = client.landed(answer) if "response_type" in changes else fragment(answer)
    assert (told["error"], words in told["error_description"]) == (error, True), told


def test_the_knob_is_off_until_it_is_turned(provider: Provider, client: OAuthClient) -> None:
    """Then it is named by the refusal, and by no document (RFC 9700 2.1.2)."""
    assert "id_token" in client.get("discovery").json()["response_types_supported"]
    metadata = {"redirect_uris": ["http://127.0.0.1/"], "grant_types": ["implicit"], "response_types": ["id_token"]}
    assert client.http.post(provider.url("registration"), json=metadata).status_code == 201

    provider.implicit = False

    told = fragment(client.authorize(response_type="id_token", **NO_PKCE))
    assert (told["error"], "knob `implicit`" in told["error_description"]) == ("unsupported_response_type", True)
    assert client.get("discovery").json()["response_types_supported"] == ["code"]
    assert client.http.post(provider.url("registration"), json=metadata).status_code == 400
