"""Dynamic client registration (RFC 7591)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from joserfc.jwk import ECKey

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def register(client: OAuthClient, **metadata: object) -> httpx.Response:
    """Register a client with a loopback redirect, unless told otherwise."""
    body = {"redirect_uris": ["http://127.0.0.1/cb"], "client_name": "Tool", **metadata}
    return client.http.post(client.provider.url("registration"), json=body)


def test_a_public_client_gets_an_id(provider: Provider, client: OAuthClient) -> None:
    """Method none: an id and no secret, everything sent is told back (RFC 7591 3.2.1)."""
    answer = register(client, token_endpoint_auth_method="none", software_id="x")

    told = answer.json()
    assert answer.status_code == 201
    assert (told["token_endpoint_auth_method"], told["software_id"], told["client_name"]) == ("none", "x", "Tool")
    assert told["client_id"] in provider.clients
    assert "client_secret" not in told
    tokens = client.sign_in(client_id=told["client_id"])
    assert client.use(tokens["access_token"]).json()["client_id"] == told["client_id"]


def test_what_is_not_kept_is_not_told_back(client: OAuthClient) -> None:
    """An answer that repeated these would claim that they hold (RFC 7591 2, 3.2.1)."""
    asked = {"id_token_signed_response_alg": "none", "require_pushed_authorization_requests": True, "x": 1}
    assert not set(asked) & set(register(client, **asked).json())


def test_a_confidential_client_gets_a_secret(provider: Provider, client: OAuthClient) -> None:
    """Without a method it is client_secret_basic, and the secret given is the one that works (RFC 7591 2)."""
    told = register(client, grant_types=["client_credentials"]).json()

    assert (told["token_endpoint_auth_method"], told["client_secret_expires_at"]) == ("client_secret_basic", 0)
    assert provider.secrets.kind_of(told["client_secret"]) == "client_secret"
    form = {"grant_type": "client_credentials"}
    right = client.http.post(provider.url("token"), data=form, auth=(told["client_id"], told["client_secret"]))
    wrong = client.http.post(provider.url("token"), data=form, auth=(told["client_id"], "guess"))
    assert (right.status_code, wrong.status_code) == (200, 401)


def test_a_confidential_client_may_do_without_pkce(provider: Provider, client: OAuthClient) -> None:
    """PKCE is asked of public clients, and of the others where require_pkce says so."""
    client_id = register(client).json()["client_id"]
    asked = {"client_id": client_id, "code_challenge": None, "code_challenge_method": None}

    assert "code" in client.landed(client.authorize(**asked))
    provider.require_pkce = "always"
    assert client.landed(client.authorize(**asked))["error"] == "invalid_request"


@pytest.mark.parametrize(("kind", "expected"), [(None, "native"), ("native", "native"), ("web", None)])
def test_a_scheme_of_its_own_makes_a_client_native(client: OAuthClient, kind: str | None, expected: str | None) -> None:
    """A custom scheme registers a native client, unless it says that it is none."""
    answer = register(client, redirect_uris=["com.example.tool:/cb"], **({"application_type": kind} if kind else {}))

    if expected:
        assert answer.json()["application_type"] == expected
        client_id = answer.json()["client_id"]
        assert client.authorize(client_id=client_id, redirect_uri="com.example.tool:/cb").is_redirect
    else:
        client.refused(answer, "invalid_redirect_uri", "application_type 'native'")


def test_keys_can_be_registered(client: OAuthClient) -> None:
    """private_key_jwt takes a JWK Set by value."""
    jwks = {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}

    assert register(client, token_endpoint_auth_method="private_key_jwt", jwks=jwks).status_code == 201


@pytest.mark.parametrize(
    ("metadata", "code", "words"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri", "redirect_uris is missing"),
        ({"redirect_uris": "http://127.0.0.1/cb"}, "invalid_client_metadata", "list of strings"),
        ({"redirect_uris": ["http://example.test/cb"]}, "invalid_redirect_uri", "expected https"),
        ({"redirect_uris": ["https://example.test/cb#x"]}, "invalid_redirect_uri", "without a fragment"),
        ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri", "stays in the browser"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata", "'client_secret_jwt'"),
        ({"token_endpoint_auth_method": 1}, "invalid_client_metadata", "expected a string"),
        ({"grant_types": ["password"]}, "invalid_client_metadata", "'password'"),
        ({"response_types": ["token"]}, "invalid_client_metadata", "'token'"),
        ({"application_type": "desktop"}, "invalid_client_metadata", "'desktop'"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata", "jwks is missing"),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [1, {"kty": "no"}]}},
            "invalid_client_metadata",
            "JWK Set",
        ),
    ],
)
def test_wrong_metadata_is_refused(client: OAuthClient, metadata: dict[str, object], code: str, words: str) -> None:
    """Each mistake is named (RFC 7591 3.2.2)."""
    client.refused(register(client, **metadata), code, words)


@pytest.mark.parametrize(("body", "words"), [(b"[]", "a JSON list"), (b"{", "is not"), (b"", "is not")])
def test_what_is_no_json_object_is_refused(client: OAuthClient, body: bytes, words: str) -> None:
    """The body must be a JSON object (RFC 7591 3.1)."""
    headers = {"Content-Type": "application/json"}
    answer = client.http.post(client.provider.url("registration"), content=body, headers=headers)

    client.refused(answer, "invalid_request", words)
    client.refused(client.post("registration", client_name="x"), "invalid_client_metadata", "x-www-form-urlencoded")


def test_registration_can_be_closed(provider: Provider, client: OAuthClient) -> None:
    """With open_registration off nobody registers, and is told which knob it is."""
    provider.open_registration = False

    client.refused(register(client), "access_denied", "open_registration", status=403)
