"""The client_credentials grant (RFC 6749 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_a_client_acts_for_itself(provider: Provider, client: OAuthClient) -> None:
    """The subject is the client; there is nothing to refresh with and nobody to identify (RFC 6749 4.4.3)."""
    form = {"client_id": "svc", "client_secret": "any", "scope": "openid read unheard-of"}

    tokens = client.post("token", grant_type="client_credentials", **form).json()

    assert client.claims(tokens["access_token"])["sub"] == "svc"
    assert tokens["scope"] == "openid read unheard-of"
    assert not {"refresh_token", "id_token"} & set(tokens)
    assert client.use(tokens["access_token"]).status_code == 200


def test_a_client_that_proves_nothing_is_refused(client: OAuthClient) -> None:
    """A public client may not use the grant (RFC 6749 4.4.2)."""
    answer = client.post("token", grant_type="client_credentials", client_id="cli")

    client.refused(answer, "unauthorized_client", "'cli' came without a secret")


def test_resources_become_the_audience(client: OAuthClient) -> None:
    """Several resources are several audiences (RFC 8707 2)."""
    form = {"client_id": "svc", "client_secret": "any", "resource": ["https://a.test", "https://b.test"]}

    token = client.post("token", grant_type="client_credentials", **form).json()["access_token"]

    assert client.claims(token)["aud"] == ["https://a.test", "https://b.test"]


def test_no_cache_keeps_a_token(client: OAuthClient) -> None:
    """Neither one of HTTP/1.1 nor one of HTTP/1.0 (RFC 6749 5.1)."""
    answer = client.post("token", grant_type="client_credentials", client_id="svc", client_secret="s")
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
