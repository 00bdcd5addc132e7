"""Authlib, the client of many Python programs: its flows work, its checks of metadata and id tokens find nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, cast

import httpx2
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization, RSAKey

from fakeprovider import Provider
from fakeprovider.faults import (
    AlgNone,
    ExpiredToken,
    Fault,
    MissingClaim,
    NotAJwt,
    TruncatedToken,
    WrongAlgorithm,
    WrongAtHash,
    WrongAudience,
    WrongAzp,
    WrongKey,
    WrongNonce,
    WrongTokenIssuer,
)
from fakeprovider.state.clients import ClientRecord, Method

from .conftest import Browser, trust

REDIRECT = "http://127.0.0.1:9/callback"
SCOPE = "openid profile email offline_access"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"

Claims = dict[str, Any]


class Authlib:
    """Authlib as a program would use it."""

    def __init__(self, provider: Provider, **options: Any) -> None:
        self.provider = provider
        self.session = OAuth2Client(
            **{"client_id": "cli", "token_endpoint_auth_method": "none", "scope": SCOPE, **options},
            redirect_uri=REDIRECT,
            code_challenge_method="S256",
            verify=trust(provider),
            trust_env=False,
        )
        self.metadata = self.document(provider.url("discovery"))

    def document(self, url: str) -> dict[str, Any]:
        """The JSON served to whoever asks."""
        members: dict[str, Any] = self.session.request("GET", url, withhold_token=True).json()
        return members

    def sign_in(self, browser: Browser, nonce: str = "n") -> dict[str, Any]:
        """The token answer to a sign-in by browser."""
        verifier = "v" * 64
        url, state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        back = browser.visit(self.provider, url)
        tokens = self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
        )
        return dict(tokens)

    def validated(self, tokens: dict[str, Any], nonce: str = "n") -> Claims:
        """The claims of the id token, checked as Authlib's framework clients do (OIDC Core 3.1.3.7)."""
        keys = KeySet.import_key_set(cast("KeySetSerialization", self.document(self.metadata["jwks_uri"])))
        algorithms = self.metadata["id_token_signing_alg_values_supported"]
        token = jwt.decode(tokens["id_token"], keys, algorithms=algorithms)
        expected = {"nonce": nonce, "client_id": "cli", "access_token": tokens["access_token"]}
        options = {"iss": {"values": [self.metadata["issuer"]]}, "aud": {"essential": True, "value": "cli"}}
        claims = CodeIDToken(token.claims, token.header, options, expected)
        claims.validate(now=int(time.time()))
        return dict(claims)


Connect = Callable[..., Authlib]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Authlib at a provider, with options of its session."""
    with ExitStack() as stack:

        def connect(provider: Provider, **options: Any) -> Authlib:
            client = Authlib(provider, **options)
            stack.callback(client.session.close)
            return client

        yield connect


@pytest.fixture
def authlib(provider: Provider, connect: Connect) -> Authlib:
    """Authlib as a public client of the provider."""
    return connect(provider)


def test_metadata(secure: Provider, connect: Connect) -> None:
    """Every member of the discovery document is what OIDC Discovery 3 and RFC 8414 2 say it is."""
    metadata = connect(secure).metadata
    OpenIDProviderMetadata(metadata).validate()
    AuthorizationServerMetadata(metadata).validate()


def test_code_flow(authlib: Authlib, browser: Browser) -> None:
    """Sign-in, the id token with all its claims, userinfo."""
    tokens = authlib.sign_in(browser)
    claims = authlib.validated(tokens)
    assert claims["sub"] == authlib.session.get(authlib.metadata["userinfo_endpoint"]).json()["sub"]


def test_code_flow_on_https(secure: Provider, browser: Browser, connect: Connect) -> None:
    """The same with nothing but `ca_file`."""
    client = connect(secure)
    assert client.validated(client.sign_in(browser))["iss"] == secure.issuer


def test_refresh(authlib: Authlib, browser: Browser) -> None:
    """A refresh by hand rotates; a spent token is refused."""
    tokens = authlib.sign_in(browser)
    endpoint = authlib.metadata["token_endpoint"]
    refreshed = authlib.session.refresh_token(endpoint, refresh_token=tokens["refresh_token"])
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        authlib.session.refresh_token(endpoint, refresh_token=tokens["refresh_token"])


def test_refresh_on_its_own(provider: Provider, browser: Browser, connect: Connect) -> None:
    """A token that is about to expire is refreshed before it is used, and the API takes the new one."""
    provider.access_token_lifetime = 1
    client = connect(provider, token_endpoint=provider.url("token"))
    client.sign_in(browser)
    provider.access_token_lifetime = 3600
    assert client.session.get(f"{provider.api}/things").status_code == 200
    assert len(provider.journal.where(grant="refresh_token", status=200)) == 1


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_client_credentials(provider: Provider, connect: Connect, method: Method) -> None:
    """Each way of client authentication gets a token, which can be asked about and revoked."""
    key = RSAKey.generate_key(2048)
    of_key = {"jwks": {"keys": [key.as_dict(private=False)]}}
    of_secret: dict[str, Any] = {"secret": "secret"}
    provider.clients.add(ClientRecord("cli", method=method, **(of_key if method == "private_key_jwt" else of_secret)))
    secret: object = key if method == "private_key_jwt" else "secret"
    methods = dict.fromkeys(("token_endpoint_auth_method", "revocation_endpoint_auth_method"), method)
    client = connect(provider, client_secret=secret, scope="read", **methods)
    client.session.register_client_auth_method(PrivateKeyJWT(provider.url("token")))
    token = client.session.fetch_token(client.metadata["token_endpoint"], grant_type="client_credentials")
    asked = {"token": token["access_token"], "token_type_hint": "access_token"}
    introspection = client.metadata["introspection_endpoint"]
    alive = client.session.introspect_token(introspection, **asked)
    client.session.revoke_token(client.metadata["revocation_endpoint"], **asked)  # type: ignore[no-untyped-call]  # so it is
    revoked = client.session.introspect_token(introspection, **asked)
    assert (alive.json()["active"], revoked.json()) == (True, {"active": False})


def test_token_exchange(authlib: Authlib) -> None:
    """RFC 8693 by its grant type."""
    subject = authlib.provider.issue("cli", scope=SCOPE).access_token
    tokens = authlib.session.fetch_token(
        authlib.metadata["token_endpoint"],
        grant_type=TOKEN_EXCHANGE,
        subject_token=subject,
        subject_token_type=ACCESS_TOKEN,
    )
    assert tokens["issued_token_type"] == ACCESS_TOKEN


BENT: list[tuple[Fault, str]] = [
    (AlgNone(kind="id_token"), "unsupported_algorithm"),
    (WrongAlgorithm(kind="id_token"), "unsupported_algorithm"),
    (WrongKey(kind="id_token"), "bad_signature"),
    (NotAJwt(kind="id_token"), "decode_error"),
    (TruncatedToken(kind="id_token"), "bad_signature"),
    (WrongTokenIssuer(kind="id_token"), "iss"),
    (WrongAudience(kind="id_token"), "aud"),
    (WrongAzp(kind="id_token"), "azp"),
    (WrongNonce(), "nonce"),
    (WrongAtHash(kind="id_token"), "at_hash"),
    (ExpiredToken(kind="id_token"), "expired"),
    (MissingClaim("iat", kind="id_token"), "iat"),
]


@pytest.mark.parametrize(("fault", "complaint"), BENT, ids=[repr(fault) for fault, _ in BENT])
def test_bent_id_tokens(authlib: Authlib, browser: Browser, fault: Fault, complaint: str) -> None:
    """Our faults are real ones: Authlib, which knows nothing of us, refuses each for the reason it is named after."""
    with authlib.provider.failing(fault):
        tokens = authlib.sign_in(browser)
    with pytest.raises((JoseError, ValueError), match=complaint):
        authlib.validated(tokens)


def test_no_certificate_no_token(secure: Provider) -> None:
    """Without the file nothing is sent."""
    with pytest.raises(httpx2.ConnectError), httpx2.Client(trust_env=False) as client:
        client.get(secure.url("discovery"))
    assert len(secure.journal) == 0
