"""Whatever arrives, nothing crashes: every endpoint answers every oddity with a status of its own choosing."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from fakeprovider import Provider
from fakeprovider.vocabulary import ENDPOINTS, GRANT_TYPES
from tests.support.providers import Serve

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

ODD = ["", " ", "\0", "\r\nX: y", "%", "ä", "\ud83d", "null", "[]", "a.b.c", "..", "http://[", "-1", "9" * 400]
LONG = "x" * 20000
NAMES = [
    "client_id", "client_secret", "client_assertion", "redirect_uri", "response_type", "scope", "state", "nonce",
    "max_age", "prompt", "resource", "code", "code_verifier", "code_challenge", "refresh_token", "device_code",
    "user_code", "assertion", "subject_token", "subject_token_type", "token", "id_token_hint", "request_uri",
    "post_logout_redirect_uri", "sign_in", "decision", "person",
]  # fmt: skip
BODIES = [
    b"",
    b"[]",
    b"{",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"[" * 5000,
    json.dumps({"token": [1], "client_id": {}}).encode(),
]


@pytest.fixture
def provider(serve: Serve) -> Provider:
    """A provider of the one family that has every endpoint."""
    return serve("spec_kitty", device_interval=0, access_token_format="jwt")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_odd_parameters(provider: Provider, client: OAuthClient, endpoint: str) -> None:
    """Every parameter with every oddity, in queries and forms."""
    url = provider.url(endpoint)
    grants = itertools.cycle(GRANT_TYPES)
    for odd in (*ODD, LONG):
        pairs = [(name, odd) for name in NAMES] + [("grant_type", next(grants)), ("response_type", "code")]
        usable = [("client_id", "x"), ("redirect_uri", "http://127.0.0.1/"), *pairs[4:]]
        for chosen in (pairs, usable, [*usable, *usable]):
            form = urlencode(chosen, errors="surrogatepass").encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            assert client.http.post(url, content=form, headers=headers).status_code < 500
            if len(form) < 30000:
                assert client.http.get(f"{url}?{form.decode()}").status_code < 500


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/xml", ""])
def test_odd_bodies(provider: Provider, client: OAuthClient, endpoint: str, content_type: str) -> None:
    """Bodies that are no form and no object."""
    for body in BODIES:
        headers = {"Content-Type": content_type} if content_type else {}
        assert client.http.post(provider.url(endpoint), content=body, headers=headers).status_code < 500


@pytest.mark.parametrize("value", ["Basic", "Basic =", "Basic OjpB", "Basic \xe9\xe9", "Bearer", "\xff", "Digest x=y"])
def test_odd_authorization(provider: Provider, client: OAuthClient, value: str) -> None:
    """Authorization headers that say nothing."""
    headers = {b"Authorization": value.encode("latin-1")}
    for endpoint in ENDPOINTS:
        form = {"grant_type": "client_credentials", "token": "x"}
        assert client.http.post(provider.url(endpoint), data=form, headers=headers).status_code < 500
