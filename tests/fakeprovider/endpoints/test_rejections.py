"""Every rejection explains itself: what arrived, what was expected, why; in the answer and in the journal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

FORM = "application/x-www-form-urlencoded"
ALLOWED = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{20,}")
"""The characters of an error_description (RFC 6749 5.2), and enough of them to say something."""


class Rejection(NamedTuple):
    """A request that is refused, with the code, the status and the words that have to be in the description."""

    method: str
    endpoint: str
    body: str
    code: str
    words: tuple[str, ...]
    status: int = 400
    content_type: str = FORM


def at_token(grant: str, body: str, code: str, *words: str) -> Rejection:
    """A request of client x to the token endpoint."""
    return Rejection("POST", "token", f"client_id=x&grant_type={grant}{body}", code, words)


GRANT = "urn:ietf:params:oauth:grant-type:"
TABLE = [
    at_token("", "", "invalid_request", "'grant_type' is required", "what arrived: client_id"),
    at_token("password", "", "unsupported_grant_type", "'password'", f"{GRANT}device_code"),
    at_token("a", "&grant_type=b", "invalid_request", "'grant_type' arrived 2 times"),
    at_token("authorization_code", "", "invalid_request", "'code' is required", "RFC 6749 4.1.3"),
    at_token("authorization_code", "&code=y", "invalid_grant", "the code was never issued here"),
    at_token("refresh_token", "", "invalid_request", "'refresh_token' is required", "RFC 6749 6"),
    at_token("refresh_token", "&refresh_token=y", "invalid_grant", "the refresh token was never issued here"),
    at_token("client_credentials", "", "unauthorized_client", "'x' came without a secret", "RFC 6749 4.4.2"),
    at_token(f"{GRANT}device_code", "", "invalid_request", "'device_code' is required", "RFC 8628 3.4"),
    at_token(f"{GRANT}device_code", "&device_code=y", "invalid_grant", "the device code was never issued here"),
    at_token(f"{GRANT}jwt-bearer", "", "invalid_request", "'assertion' is required", "RFC 7523 2.1"),
    at_token(f"{GRANT}token-exchange", "", "invalid_request", "'subject_token' is required", "RFC 8693 2.1"),
    Rejection("POST", "token", "", "invalid_request", ("'grant_type' is required", "what arrived: nothing")),
    Rejection("POST", "token", "{}", "invalid_request", ("'application/json'", FORM), content_type="application/json"),
    Rejection("POST", "token", "x", "invalid_request", ("no content type", FORM), content_type=""),
    Rejection("GET", "token", "", "invalid_request", ("token answers POST", "GET arrived"), status=405),
    Rejection("POST", "discovery", "", "invalid_request", ("answers GET, HEAD",), status=405),
    Rejection("PUT", "authorization", "", "invalid_request", ("PUT arrived",), status=405),
    Rejection("POST", "device_authorization", "scope=x", "invalid_request", ("no client_id arrived", "RFC 6749 3.2.1")),
    Rejection("POST", "revocation", "", "invalid_request", ("'token' is required", "RFC 7009")),
    Rejection("POST", "introspection", "client_id=x&client_secret=y", "invalid_request", ("'token' is required",)),
    Rejection(
        "POST", "introspection", "client_id=x", "invalid_client", ("nothing but its name", "RFC 7662"), status=401
    ),
    Rejection("POST", "registration", "x", "invalid_client_metadata", (FORM, "expected application/json")),
    Rejection("POST", "pushed_authorization_request", "client_id=x", "invalid_request", ("redirect_uri is missing",)),
    Rejection("GET", "userinfo", "", "invalid_request", ("no bearer token arrived", "RFC 6750"), status=401),
    Rejection("GET", "api", "", "invalid_request", ("no bearer token arrived",), status=401),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case.endpoint}-{case.code}-{case.words[0][:30]}")
def test_it_explains_itself(provider: Provider, client: OAuthClient, case: Rejection) -> None:
    """Code, status and words are as expected, in the answer and in the journal's note."""
    headers = {"Content-Type": case.content_type} if case.content_type else {}
    answer = client.http.request(case.method, provider.url(case.endpoint), content=case.body, headers=headers)

    description = client.refused(answer, case.code, *case.words, status=case.status)

    assert ALLOWED.fullmatch(description)
    assert provider.journal.where(endpoint=case.endpoint)[-1].note == f"{case.code}: {description}"


def test_nothing_is_served_elsewhere(provider: Provider, client: OAuthClient) -> None:
    """A path without an endpoint is 404 and says which path it was."""
    client.refused(client.http.get(f"{provider.issuer}/nowhere"), "not_found", "'/nowhere'", status=404)


def test_what_a_stranger_sends_is_told_in_plain_characters(client: OAuthClient) -> None:
    """Quotes, backslashes, letters of other scripts and novels do not end up in an error_description (RFC 6749 5.2)."""
    for odd in ('"quoted"', "back\\slash", "größer", "x" * 5000):
        description = client.refused(client.post("token", grant_type=odd, client_id="x"), "unsupported_grant_type")

        assert ALLOWED.fullmatch(description)
        assert len(description) < 1000
