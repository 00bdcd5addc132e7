"""Dialect `keycloak`, as codecarbon meets it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from tests.support.providers import Serve

VERIFIER = "v" * 43


def test_a_realm_is_a_path(serve: Serve, http: httpx.Client) -> None:
    """The issuer ends in the realm, and every endpoint has its place below it."""
    provider = serve("keycloak", path="/realms/acme")
    document = http.get(provider.url("discovery")).json()

    protocol = f"{provider.origin}/realms/acme/protocol/openid-connect"
    assert document["issuer"] == f"{provider.origin}/realms/acme"
    assert document["token_endpoint"] == f"{protocol}/token"
    assert document["jwks_uri"] == f"{protocol}/certs"
    assert document["authorization_endpoint"] == f"{protocol}/auth"
    assert document["device_authorization_endpoint"] == f"{protocol}/auth/device"
    assert "session_status_endpoint" not in document
    assert serve("keycloak").issuer.endswith("/realms/main")


def test_a_browser_sign_in_like_codecarbons(serve: Serve, http: httpx.Client, use: Any) -> None:
    """Code with S256, a fixed redirect on localhost, a public client; the access token is a JWT that verifies."""
    provider = serve("keycloak")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    redirect = "http://localhost:8090/callback"
    asked = {
        "response_type": "code",
        "client_id": "codecarbon",
        "redirect_uri": redirect,
        "scope": "openid offline_access",
        "state": "s",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    back = http.get(provider.url("authorization"), params=asked).headers["Location"]
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": redirect,
        "client_id": "codecarbon",
        "code_verifier": VERIFIER,
    }
    answer = http.post(provider.url("token"), data=form).json()

    (key,) = http.get(provider.url("jwks")).json()["keys"]
    claims = jwt.decode(answer["access_token"], jwt.PyJWK(key), ["RS256"], audience=provider.api)
    assert back.startswith(f"{redirect}?")
    assert (claims["typ"], claims["azp"], claims["preferred_username"]) == ("Bearer", "codecarbon", "ada")
    assert jwt.get_unverified_header(answer["access_token"])["typ"] == "JWT"
    assert claims["sid"] == answer["session_state"]
    assert (answer["not-before-policy"], answer["refresh_expires_in"], answer["expires_in"]) == (0, 1800, 300)

    provider.api_routes["GET /organizations"] = [{"id": "o-1", "name": "Engines"}]
    provider.api_routes["POST /projects/{id}/api-tokens"] = {"token": "project-token"}
    assert use(provider, answer["access_token"], "/auth/check").status_code == 200
    assert use(provider, answer["access_token"], "/organizations").json()[0]["id"] == "o-1"
    assert use(provider, answer["access_token"], "/projects/p1/api-tokens", "POST").json() == {"token": "project-token"}


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_realm_tells_about_itself(serve: Serve, http: httpx.Client, algorithm: str) -> None:
    """At the issuer's own address: the name of the realm, where tokens are, and the key that they verify with."""
    provider = serve("keycloak", path="/realms/acme", algorithm=algorithm)

    told = http.get(provider.issuer).json()

    assert told["realm"] == "acme"
    assert provider.url("token") == f"{told['token-service']}/token"
    key: Any = serialization.load_der_public_key(base64.b64decode(told["public_key"]))
    token = provider.issue("cli").access_token
    assert jwt.decode(token, key, [algorithm], audience=provider.api)["iss"] == provider.issuer


def test_errors_are_terse_and_the_journal_is_not(serve: Serve, http: httpx.Client, refresh: Any) -> None:
    """The client reads Keycloak's words, the test ours."""
    provider = serve("keycloak")
    issued = provider.issue()
    refresh(provider, issued.refresh_token)
    said = {
        "reused": refresh(provider, issued.refresh_token),
        "unknown": refresh(provider, "nonsense"),
        "expired": refresh(provider, provider.issue(refresh_in=-5).refresh_token),
    }
    assert {case: answer.json() for case, answer in said.items()} == {
        "reused": {"error": "invalid_grant", "error_description": "Maximum allowed refresh token reuse exceeded"},
        "unknown": {"error": "invalid_grant", "error_description": "Invalid refresh token"},
        "expired": {"error": "invalid_grant", "error_description": "Token is not active"},
    }
    notes = [exchange.note for exchange in provider.journal.where(status=400)]
    assert notes[0].startswith("invalid_grant: generation 1 of this family was spent ")
    assert notes[2] == "invalid_grant: the refresh token expired 5 s ago"
    assert http.get(f"{provider.issuer}/nowhere").json() == {"error": "HTTP 404 Not Found"}


def test_a_sign_out_by_refresh_token_ends_the_session(serve: Serve, http: httpx.Client, refresh: Any, use: Any) -> None:
    """As Keycloak's own clients sign out: 204, and no token of the session works any more."""
    provider = serve("keycloak")
    issued = provider.issue()
    form = {"client_id": "client", "refresh_token": issued.refresh_token}

    assert http.post(provider.url("end_session"), data={**form, "client_id": "other"}).status_code == 400
    assert use(provider, issued.access_token).status_code == 200
    answer = http.post(provider.url("end_session"), data=form)
    assert (answer.status_code, answer.content) == (204, b"")
    assert use(provider, issued.access_token).status_code == 401
    assert refresh(provider, issued.refresh_token).json()["error_description"] == "Session not active"
    unknown = http.post(provider.url("end_session"), data={**form, "refresh_token": "nonsense"})
    assert (unknown.status_code, unknown.json()["error_description"]) == (400, "Invalid refresh token")
