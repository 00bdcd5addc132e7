"""openid-client, the certified client of the node world, cannot tell the provider from a real one."""

from __future__ import annotations

import pytest

from fakeprovider import Provider
from fakeprovider.state.clients import ClientRecord
from fakeprovider.vocabulary import ALGORITHMS
from tests.support.providers import Serve

from .toolchain import Scripts

SIGN_IN = "openid-client/sign_in"
ISSUERS = [{}, {"trailing_slash": True}, {"path": "/realms/demo"}, {"path": "/a", "trailing_slash": True}]
METHODS = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def test_code_flow(provider: Provider, node: Scripts) -> None:
    """Discovery, authorization with PKCE, state, nonce and `iss`, id token with its signature, userinfo."""
    result = node.run(SIGN_IN, provider)
    person = provider.user.person
    assert result["claims"]["sub"] == result["info"]["sub"] == person.sub
    assert result["claims"]["iss"] == provider.issuer
    assert result["info"]["email"] == person.email
    assert [exchange.status for exchange in provider.journal] == [200, 302, 200, 200, 200]


@pytest.mark.parametrize("issuer", ISSUERS, ids=str)
@pytest.mark.parametrize("discovery", ["oidc", "oauth2"])
def test_issuers(serve: Serve, node: Scripts, issuer: dict[str, object], discovery: str) -> None:
    """An issuer may have a path and end in a slash; both places of its metadata are found."""
    provider = serve(**issuer)
    result = node.run(SIGN_IN, provider, discovery=discovery)
    assert result["claims"]["iss"] == provider.issuer


@pytest.mark.parametrize("dialect", ["rfc", "keycloak", "chatgpt", "formance", "spec_kitty"])
def test_dialects(serve: Serve, node: Scripts, dialect: str) -> None:
    """Every dialect that signs in by browser is OpenID Connect enough for a strict client."""
    assert node.run(SIGN_IN, serve(dialect))["claims"]["aud"] == "cli"


def test_https(serve: Serve, node: Scripts) -> None:
    """Node trusts the provider on https with nothing but its `ca_file`."""
    provider = serve(tls=True)
    assert node.run(SIGN_IN, provider)["claims"]["iss"] == provider.issuer
    assert provider.issuer.startswith("https://")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signatures(serve: Serve, node: Scripts, algorithm: str) -> None:
    """Id tokens verify whatever they are signed with."""
    provider = serve(algorithm=algorithm)
    assert node.run(SIGN_IN, provider, algorithm=algorithm)["ok"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pushed", [False, True], ids=["plain", "pushed"])
def test_client_authentication(provider: Provider, node: Scripts, method: str, pushed: bool) -> None:
    """Each way of client authentication works for the code flow, also with a pushed request (RFC 9126)."""
    # What RFC 6749 2.3.1 asks to encode in HTTP Basic.
    secret = "s3 cr:t+%/=&ä"
    if method.startswith("client_secret"):
        provider.clients.add(ClientRecord("cli", secret=secret, method=method))  # type: ignore[arg-type]  # a Literal
    assert node.run(SIGN_IN, provider, method=method, client_secret=secret, pushed=pushed)["ok"]
    assert bool(provider.journal.where(endpoint="pushed_authorization_request")) is pushed


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_of_clients(provider: Provider, node: Scripts, algorithm: str) -> None:
    """Client assertions (RFC 7523) are accepted whatever they are signed with."""
    parameters = {"method": "private_key_jwt", "client_algorithm": algorithm}
    result = node.run("openid-client/client_credentials", provider, **parameters)
    assert result["alive"]["active"]


def test_form_post(provider: Provider, node: Scripts) -> None:
    """The page of response mode form_post posts what the client accepts."""
    assert node.run(SIGN_IN, provider, parameters={"response_mode": "form_post"})["ok"]


def test_max_age(provider: Provider, node: Scripts) -> None:
    """`auth_time` satisfies a client that sent `max_age`."""
    assert node.run(SIGN_IN, provider, max_age=60, parameters={"max_age": "60"})["claims"]["auth_time"]


def test_refresh(provider: Provider, node: Scripts) -> None:
    """A refresh rotates; the spent token is refused and takes its family along."""
    result = node.run(SIGN_IN, provider, refresh=True)
    assert result["refreshed"]["refresh_token"] != result["tokens"]["refresh_token"]
    assert (result["reused"]["error"], result["reused"]["status"]) == ("invalid_grant", 400)
    assert (result["afterwards"]["error"], result["afterwards"]["status"]) == ("invalid_grant", 400)


def test_device_flow(provider: Provider, node: Scripts) -> None:
    """The library polls while the user thinks, and is handed the tokens when the user approves."""
    provider.user.script("pending", "pending", "approve")
    result = node.run("openid-client/device", provider)
    assert result["claims"]["sub"] == provider.user.person.sub
    assert [exchange.status for exchange in provider.journal.where(endpoint="token")] == [400, 400, 200]


@pytest.mark.parametrize(("step", "error"), [("deny", "access_denied"), ("expire", "expired_token")])
def test_device_flow_that_ends(provider: Provider, node: Scripts, step: str, error: str) -> None:
    """A user who denies and a code that expires end the polling."""
    provider.user.script("pending", step)
    assert node.refused("openid-client/device", provider)["error"] == error


def test_client_credentials_introspection_revocation(provider: Provider, node: Scripts) -> None:
    """A token of the client's own is active until it is revoked."""
    provider.clients.add(ClientRecord("machine", secret="secret"))
    asked = {"client_id": "machine", "client_secret": "secret", "method": "client_secret_basic"}
    result = node.run("openid-client/client_credentials", provider, **asked)
    assert result["alive"]["scope"] == "read write"
    assert result["alive"]["sub"] == "machine"
    assert result["revoked"] == {"active": False}


@pytest.mark.parametrize("method", METHODS)
def test_registration(provider: Provider, node: Scripts, method: str) -> None:
    """A client that registers itself gets what it asked for, and can work with it."""
    metadata = {"client_name": "Interop", "application_type": "native"}
    result = node.run("openid-client/register", provider, method=method, metadata=metadata)
    assert result["client"]["client_id"] in provider.clients
    assert result["client"]["token_endpoint_auth_method"] == method
    assert result["client"]["client_name"] == "Interop"


def test_token_exchange(provider: Provider, node: Scripts) -> None:
    """RFC 8693: a token of the user's for another one."""
    parameters = {"subject_token": provider.issue("cli").access_token, "subject_token_type": ACCESS_TOKEN}
    result = node.run("openid-client/exchange", provider, grant_type=TOKEN_EXCHANGE, parameters=parameters)
    assert result["tokens"]["issued_token_type"] == ACCESS_TOKEN


def test_jwt_bearer(provider: Provider, node: Scripts) -> None:
    """RFC 7523 2.1: an assertion for an access token."""
    parameters = {"assertion": provider.issue("cli").access_token, "scope": "openid"}
    result = node.run("openid-client/exchange", provider, grant_type=JWT_BEARER, parameters=parameters)
    assert result["tokens"]["token_type"] == "bearer"


def test_sign_out(provider: Provider, node: Scripts) -> None:
    """RP-initiated logout sends the browser back, with the state."""
    parameters = {
        "id_token_hint": provider.issue("cli").id_token,
        "post_logout_redirect_uri": "http://127.0.0.1:9/bye",
        "state": "s",
    }
    assert node.run("openid-client/sign_out", provider, parameters=parameters)["back"] == (
        "http://127.0.0.1:9/bye?state=s"
    )


def test_a_denial_reaches_the_client(provider: Provider, node: Scripts) -> None:
    """The error answer of the authorization endpoint carries state and `iss`, and is understood."""
    provider.user.denies()
    assert node.refused(SIGN_IN, provider)["error"] == "access_denied"
