"""Dialect `formance`, as fctl meets it: a membership, and a stack that trades its tokens."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ServerError
from tests.support.providers import Serve

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
STACK_DISCOVERY = "/api/auth/.well-known/openid-configuration"


def trade(http: httpx.Client, provider: Provider, assertion: str) -> httpx.Response:
    """Trade a token of the membership for one of the stack; fctl names no client there."""
    endpoint = http.get(provider.api + STACK_DISCOVERY).json()["token_endpoint"]
    return http.post(endpoint, data={"grant_type": JWT_BEARER, "assertion": assertion, "scope": "openid email"})


def test_a_sign_in_with_an_empty_secret(serve: Serve, http: httpx.Client, refresh: Any) -> None:
    """HTTP Basic `fctl:` begins it, the poll names the client in its form; the id token lists organizations."""
    provider = serve("formance", device_interval=0)
    document = http.get(provider.url("discovery")).json()
    scope = {"scope": "openid offline_access accesses on_behalf"}
    begun = http.post(document["device_authorization_endpoint"], data=scope, auth=("fctl", "")).json()
    form = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], "client_id": "fctl"}
    tokens = http.post(document["token_endpoint"], data=form).json()

    (organization,) = jwt.decode(tokens["id_token"], options={"verify_signature": False})["org"]
    assert organization["stacks"][0]["uri"] == provider.api
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["organization_id"] == organization["id"]
    assert refresh(provider, tokens["refresh_token"], "fctl").status_code == 200


def test_a_stack_has_discovery_of_its_own(serve: Serve, http: httpx.Client) -> None:
    """On the origin of the API, with its own issuer, keys and token endpoint."""
    provider = serve("formance")
    document = http.get(provider.api + STACK_DISCOVERY).json()

    assert document["issuer"] == f"{provider.api}/api/auth"
    assert document["token_endpoint"].startswith(f"{provider.api}/api/auth/")
    assert http.get(document["jwks_uri"]).json() == http.get(provider.url("jwks")).json()
    assert [exchange.endpoint for exchange in provider.journal] == ["discovery", "jwks", "jwks"]


def test_a_token_of_the_membership_buys_one_of_the_stack(serve: Serve, http: httpx.Client, use: Any) -> None:
    """The answer has the three members fctl caches, no refresh token, and opens the stack."""
    provider = serve("formance")
    issued = provider.issue("fctl", scope="openid email offline_access")
    answer = trade(http, provider, issued.access_token)

    assert answer.status_code == 200
    assert {"access_token", "token_type", "expires_in"} <= set(answer.json())
    assert "refresh_token" not in answer.json()
    assert use(provider, answer.json()["access_token"], "/api/ledger/v2").status_code == 200
    assert provider.journal.count(endpoint="token", grant="jwt_bearer") == 1


def test_the_stack_goes_on_while_the_membership_is_down(serve: Serve, http: httpx.Client) -> None:
    """They are two machines."""
    provider = serve("formance")
    issued = provider.issue("fctl", scope="openid email")
    _ = provider.api
    provider.down()
    assert trade(http, provider, issued.access_token).status_code == 200
    with pytest.raises(httpx.ConnectError):
        http.get(provider.url("discovery"))


def test_faults_meet_the_trade(serve: Serve, http: httpx.Client) -> None:
    """The stack's token endpoint is `token` with grant jwt_bearer."""
    provider = serve("formance")
    issued = provider.issue("fctl", scope="openid email")
    with provider.failing(ServerError(500), at="token", grant="jwt_bearer"):
        assert trade(http, provider, issued.access_token).status_code == 500
