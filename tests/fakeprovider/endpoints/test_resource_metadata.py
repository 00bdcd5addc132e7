"""Protected resource metadata (RFC 9728): from a 401 of the API to the provider that helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


@pytest.mark.parametrize("path", ["", "/mcp", "/deep/er"])
def test_a_refusal_leads_to_the_provider(provider: Provider, client: OAuthClient, path: str) -> None:
    """The challenge names metadata whose resource is the very URL that was called (RFC 9728 3.3, 5.1)."""
    challenge = client.http.get(provider.api + path).headers["WWW-Authenticate"]
    found = re.search(r'resource_metadata="([^"]+)"', challenge)
    assert found is not None

    told = client.http.get(found[1]).json()

    assert told["resource"] == provider.api + path
    assert told["authorization_servers"] == [provider.issuer]


def test_it_lives_on_the_origin_of_the_api(provider: Provider, client: OAuthClient) -> None:
    """The URL of the endpoint is the well-known one of the API's origin."""
    assert provider.url("resource_metadata") == f"{provider.api}/.well-known/oauth-protected-resource"
    assert client.http.get(provider.url("resource_metadata")).json()["resource"] == provider.api


def test_an_api_below_a_path(http: httpx.Client) -> None:
    """Where the API shares the provider's origin, the well-known path is put in front of its own."""
    with Provider("spec_kitty") as provider:
        assert provider.url("resource_metadata") == f"{provider.origin}/.well-known/oauth-protected-resource/api/v1"

        assert http.get(provider.url("resource_metadata")).json()["resource"] == provider.api
