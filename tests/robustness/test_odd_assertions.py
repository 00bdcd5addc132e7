"""Signed nonsense: who holds a key can say anything, and is still only refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.vocabulary import ALGORITHMS
from tests.support.providers import Serve

from .oddities import ASSERTION, REDIRECT, Oddities
from .words import VALUES

CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "jti", "iat"]
MEMBERS = ["kid", "use", "key_ops", "alg", "x5c", "x", "crv", "kty"]
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A well-behaved client."""
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.mark.parametrize("claim", CLAIMS)
def test_claims(provider: Provider, http: httpx.Client, claim: str) -> None:
    """Every claim with every odd value, as client authentication and as a grant."""
    odd = Oddities(provider, 1)
    for value in VALUES:
        as_client = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
        as_grant = {"grant_type": JWT_BEARER, "client_id": "cli", "scope": "openid"}
        for form, name in ((as_client, "client_assertion"), (as_grant, "assertion")):
            answer = http.post(provider.url("token"), data={**form, name: odd.assertion({claim: value})})
            assert answer.status_code in (200, 400, 401), (value, answer.text)


def test_nothing_is_remembered_for_ever(provider: Provider, http: httpx.Client) -> None:
    """An assertion that never expires would stay in the store, so it is refused."""
    odd = Oddities(provider, 1)
    for value in VALUES:
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
        http.post(provider.url("token"), data={**form, "client_assertion": odd.assertion({"exp": value})})
    provider.store.clean(provider.clock.now() + 1e15)
    assert provider.store.used_assertions == {}


@pytest.mark.parametrize("member", MEMBERS)
def test_keys(provider: Provider, http: httpx.Client, member: str) -> None:
    """A client may register odd keys; whatever is taken can be used, or is refused then."""
    odd = Oddities(provider, 1)
    for value in VALUES:
        jwks = {"keys": [{**odd.public_key, member: value}]}
        metadata = {"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks}
        headers = {"Content-Type": "application/json"}
        registered = http.post(provider.url("registration"), content=json.dumps(metadata), headers=headers)
        assert registered.status_code in (201, 400), (value, registered.text)
        if registered.status_code == 201:
            me = registered.json()["client_id"]
            form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
            form["client_assertion"] = odd.assertion({"iss": me, "sub": me})
            assert http.post(provider.url("token"), data=form).status_code in (200, 401)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_algorithm_is_warned_of(serve: Serve, http: httpx.Client, algorithm: str) -> None:
    """Tokens of ours come back as assertions and subjects, whatever signed them, although warnings are errors here."""
    provider = serve(algorithm=algorithm)
    form = {"grant_type": JWT_BEARER, "client_id": "cli", "assertion": provider.issue("cli").id_token}
    assert http.post(provider.url("token"), data=form).status_code == 200


SHARED = {"kty": "oct", "k": "a" * 43}
SHORT = {"kty": "RSA", "n": "1" * 171, "e": "AQAB"}
UNFIT = [(SHARED, "one of its keys is a shared secret (kty 'oct')"), (SHORT, "fewer than 2048 bits (RFC 7518 3.3)")]


@pytest.mark.parametrize(("key", "why"), UNFIT, ids=["shared", "short"])
def test_keys_that_prove_nothing(provider: Provider, http: httpx.Client, key: dict[str, str], why: str) -> None:
    """A secret and a short RSA key are refused as they are registered."""
    metadata = {"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}}
    answer = http.post(provider.url("registration"), json=metadata)
    assert answer.json()["error"] == "invalid_client_metadata"
    assert why in answer.json()["error_description"]
