"""oauth4webapi reads every single answer as its RFC has it, and finds nothing to object to."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from fakeprovider.dialects import built_in
from fakeprovider.state.clients import ClientRecord
from tests.support.providers import Serve

from .toolchain import Scripts

SIGN_IN = "oauth4webapi/sign_in"
ISSUERS = [
    {},
    {"trailing_slash": True},
    {"path": "/realms/demo"},
    {"path": "/a/b", "trailing_slash": True},
    {"tls": True},
]


@pytest.mark.parametrize("settings", ISSUERS, ids=str)
@pytest.mark.parametrize("discovery", ["oidc", "oauth2"])
def test_discovery(serve: Serve, node: Scripts, settings: dict[str, object], discovery: str) -> None:
    """OIDC Discovery and RFC 8414 metadata name the issuer that was asked, letter by letter."""
    provider = serve(**settings)
    assert node.run("oauth4webapi/discover", provider, discovery=discovery)["metadata"]["issuer"] == provider.issuer


@pytest.mark.parametrize("dialect", sorted(name for name, kind in built_in().items() if "discovery" in kind.paths))
def test_discovery_of_dialects(serve: Serve, node: Scripts, dialect: str) -> None:
    """Every dialect that has metadata has good ones."""
    provider = serve(dialect)
    assert node.run("oauth4webapi/discover", provider)["metadata"]["issuer"] == provider.issuer


@pytest.mark.parametrize("response_mode", ["query", "fragment"])
def test_code_flow(provider: Provider, node: Scripts, response_mode: str) -> None:
    """The answer arrives in the query or the fragment, with state and `iss` (RFC 9207); everything in it is signed."""
    result = node.run(SIGN_IN, provider, parameters={"response_mode": response_mode})
    assert result["claims"]["sub"] == result["info"]["sub"] == provider.user.person.sub


def test_an_address_with_a_query(provider: Provider, node: Scripts) -> None:
    """A registered address with a query of its own keeps it; any other one is shown to the person instead."""
    uri = "https://app.example/callback?tenant=1"
    provider.clients.add(ClientRecord("web", redirect_uris=(uri,)))
    assert node.run(SIGN_IN, provider, client_id="web", redirect_uri=uri)["ok"]
    elsewhere = node.refused(SIGN_IN, provider, client_id="web", redirect_uri="https://app.example/other")
    assert "the browser was shown a page (400)" in elsewhere["message"]


@pytest.mark.parametrize("settings", ISSUERS, ids=str)
def test_the_api(serve: Serve, node: Scripts, settings: dict[str, object]) -> None:
    """The API tells its provider (RFC 9728), takes the token, and could validate it itself (RFC 9068 4)."""
    provider = serve(**settings)
    access = node.run(SIGN_IN, provider, api=provider.api)["access"]
    assert access["metadata"]["authorization_servers"] == [provider.issuer]
    assert access["claims"]["client_id"] == access["answer"]["client_id"] == "cli"


def test_a_bad_token_is_challenged(provider: Provider, node: Scripts) -> None:
    """The challenge parses (RFC 6750 3) and leads to the metadata of the API (RFC 9728 5.1)."""
    result = node.run("oauth4webapi/challenge", provider, url=provider.api, access_token="nonsense")
    assert result["code"] == "OAUTH_WWW_AUTHENTICATE_CHALLENGE"
    assert result["challenges"][0]["parameters"]["error"] == "invalid_token"
    assert result["found"]["authorization_servers"] == [provider.issuer]


@pytest.mark.parametrize("nonce", ["", "n-0S6_WzA2Mj"])
def test_refresh(provider: Provider, node: Scripts, nonce: str) -> None:
    """A token handed over without a flow refreshes; the id token that comes with it is as good as the first."""
    issued = provider.issue("cli", nonce=nonce)
    result = node.run("oauth4webapi/refresh", provider, refresh_token=issued.refresh_token)
    assert result["claims"]["sub"] == provider.user.person.sub


def test_device_flow(provider: Provider, node: Scripts) -> None:
    """Each poll is answered with the error code of RFC 8628 3.5, the last one with tokens."""
    provider.user.script("pending", "slow_down", "pending", "approve")
    result = node.run("oauth4webapi/device", provider, polls=4)
    assert result["errors"] == ["authorization_pending", "slow_down", "authorization_pending"]
    assert result["tokens"]["id_token"]


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("revoke", [False, True], ids=["alive", "revoked"])
def test_introspection_and_revocation(provider: Provider, node: Scripts, kind: str, revoke: bool) -> None:
    """What RFC 7662 says of a live token, and of one that RFC 7009 revoked."""
    provider.clients.add(ClientRecord("machine", secret="secret"))
    token = getattr(provider.issue("machine"), kind)
    asked = {"client_id": "machine", "client_secret": "secret", "token": token, "revoke": revoke}
    introspection = node.run("oauth4webapi/introspect", provider, **asked)["introspection"]
    assert introspection["active"] is not revoke
