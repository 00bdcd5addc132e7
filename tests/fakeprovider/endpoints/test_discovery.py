"""The provider's metadata, and every place it may be looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_the_document_is_complete(provider: Provider, client: OAuthClient) -> None:
    """Every endpoint is named where it really is, and what is promised is what is served (RFC 8414 2)."""
    told = client.http.get(provider.url("discovery")).json()

    assert told["issuer"] == provider.issuer
    for name in ("authorization", "token", "device_authorization", "revocation", "introspection", "userinfo"):
        assert told[f"{name}_endpoint"] == provider.url(name)
    for name in ("end_session", "registration", "pushed_authorization_request"):
        assert told[f"{name}_endpoint"] == provider.url(name)
    assert "session_status_endpoint" not in told, "no specification has it"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["response_types_supported"] == ["code"]
    assert len(told["grant_types_supported"]) == 6
    proofs = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    for endpoint in ("token", "revocation"):
        assert told[f"{endpoint}_endpoint_auth_methods_supported"] == ["none", *proofs]
    assert told["introspection_endpoint_auth_methods_supported"] == proofs


def test_every_endpoint_in_the_document_is_served(provider: Provider, client: OAuthClient) -> None:
    """No endpoint in the document is answered with 404."""
    told = client.http.get(provider.url("discovery")).json()
    urls = [url for name, url in told.items() if name.endswith("_endpoint") or name == "jwks_uri"]

    assert [url for url in urls if client.http.get(url).status_code == 404] == []


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("", "/.well-known/openid-configuration"),
        ("", "/.well-known/oauth-authorization-server"),
        ("/realms/demo", "/realms/demo/.well-known/openid-configuration"),
        ("/realms/demo", "/realms/demo/.well-known/oauth-authorization-server"),
        ("/realms/demo", "/.well-known/openid-configuration/realms/demo"),
        ("/realms/demo", "/.well-known/oauth-authorization-server/realms/demo"),
    ],
)
def test_every_place_it_may_be_looked_for(http: httpx.Client, path: str, where: str) -> None:
    """Appended as OIDC Discovery 4 says, inserted as RFC 8414 3 says, for issuers with and without a path."""
    with Provider(path=path) as provider:
        answer = http.get(provider.origin + where)

        assert answer.json()["issuer"] == provider.issuer
        assert provider.journal.where(endpoint="discovery")


def test_issuers_behind_one_socket_are_told_apart(http: httpx.Client) -> None:
    """A well-known path in front of the issuer's finds that issuer (RFC 8414 3.1)."""
    with Provider() as first:
        second = first.beside("/second")

        issuers = [
            http.get(f"{first.origin}/.well-known/oauth-authorization-server{path}").json()["issuer"]
            for path in ("", "/second")
        ]

        assert issuers == [first.issuer, second.issuer]
