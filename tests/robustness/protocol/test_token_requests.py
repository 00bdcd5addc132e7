"""The token endpoint, clause by clause, in every dialect that has the grant (RFC 6749 4.1.3, 5)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from fakeprovider.state.clients import ClientRecord
from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.refusals import refused
from tests.support.oauth_client import CALLBACK, VERIFIER, OAuthClient

CODES = ["chatgpt", "codecarbon", "formance", "github", "keycloak", "rfc", "spec_kitty"]
"""The dialects whose token endpoint takes authorization codes in a form."""

code_dialects = pytest.mark.parametrize("dialect", CODES)

EXCHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "RFC 6749 3.2: no grant_type": ("invalid_request", {"grant_type": None}),
    "RFC 6749 5.2: an unknown grant_type": ("unsupported_grant_type", {"grant_type": "wish"}),
    "RFC 9700 2.4: the password grant": ("unsupported_grant_type", {"grant_type": "password"}),
    "RFC 6749 3.2: grant_type twice": ("invalid_request", {"grant_type": ["authorization_code"] * 2}),
    "RFC 6749 3.2: code_verifier twice": ("invalid_request", {"code_verifier": [VERIFIER, VERIFIER]}),
    "RFC 6749 4.1.3: no code": ("invalid_request", {"code": None}),
    "RFC 6749 4.1.3: a code of nobody": ("invalid_grant", {"code": "made-up"}),
    "RFC 6749 4.1.3: another client's code": ("invalid_grant", {"client_id": "somebody"}),
    "RFC 6749 4.1.3: no redirect_uri": ("invalid_grant", {"redirect_uri": None}),
    "RFC 6749 4.1.3: another redirect_uri": ("invalid_grant", {"redirect_uri": f"{CALLBACK}2"}),
    "RFC 6749 4.1.3: one that only looks alike": ("invalid_grant", {"redirect_uri": f"{CALLBACK}/"}),
    "RFC 6749 4.1.3: another port of it": ("invalid_grant", {"redirect_uri": CALLBACK.replace("8090", "8091")}),
    "RFC 7636 4.5: no verifier": ("invalid_grant", {"code_verifier": None}),
    "RFC 7636 4.6: another verifier": ("invalid_grant", {"code_verifier": "b" * 50}),
    "RFC 7636 4.1: one that is too short": ("invalid_grant", {"code_verifier": "a" * 42}),
    "RFC 7636 4.1: one that is too long": ("invalid_grant", {"code_verifier": "a" * 129}),
    "RFC 7636 4.1: one with padding": ("invalid_grant", {"code_verifier": "a" * 50 + "="}),
    "RFC 6749 2.3: two ways of authentication": (
        "invalid_request",
        {"client_secret": "s", "client_assertion": "e30.e30.x", "client_assertion_type": "x"},
    ),
    "RFC 7521 4.2: an unknown kind of assertion": (
        "invalid_client",
        {"client_assertion": "e30.e30.x", "client_assertion_type": "x"},
    ),
    "RFC 8707 2.2: a resource that was not granted": ("invalid_target", {"resource": "relative"}),
}


@code_dialects
@pytest.mark.parametrize("clause", EXCHANGES)
def test_no_tokens_for(party: Party, dialect: str, clause: str) -> None:
    """A request in which one thing is wrong; then the code is still good for who does it right."""
    client = party(dialect)
    why, changes = EXCHANGES[clause]
    code = client.code()
    right = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    refused(client, client.request("token", **{**right, **changes}), why)
    if "redirect_uri" not in changes and "code_verifier" not in changes:
        assert client.exchange(code).status_code == 200


@code_dialects
def test_the_challenge_is_no_verifier(party: Party, dialect: str) -> None:
    """RFC 7636 7.1: who saw the authorization request still cannot use the code."""
    client = party(dialect)
    refused(client, client.exchange(client.code(), code_verifier=client.challenge), "invalid_grant")


@code_dialects
def test_a_verifier_without_a_challenge(party: Party, dialect: str) -> None:
    """RFC 9700 4.8.2: PKCE is not taken away on the way."""
    client = party(dialect)
    code = client.code(code_challenge=None, code_challenge_method=None)
    refused(client, client.exchange(code), "invalid_grant")


@code_dialects
def test_neither_secret_nor_challenge(party: Party, dialect: str) -> None:
    """RFC 9700 2.1.1: nothing binds the code to who asked for it."""
    client = party(dialect)
    code = client.code(code_challenge=None, code_challenge_method=None)
    refused(client, client.exchange(code, code_verifier=None), "invalid_grant")


@code_dialects
def test_a_code_works_once(party: Party, dialect: str) -> None:
    """RFC 6749 4.1.2: what was issued for it is revoked when it comes again."""
    client = party(dialect)
    code = client.code()
    token = client.exchange(code).json()["access_token"]
    assert client.use(token, "/session").status_code == 200
    refused(client, client.exchange(code), "invalid_grant")
    assert client.use(token, "/session").status_code == 401


@code_dialects
def test_a_code_expires(party: Party, dialect: str) -> None:
    """RFC 6749 4.1.2."""
    client = party(dialect)
    code = client.code()
    client.provider.clock.advance(client.provider.code_lifetime + 1)
    refused(client, client.exchange(code), "invalid_grant")


@code_dialects
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_post_only(party: Party, dialect: str, method: str) -> None:
    """RFC 6749 3.2; RFC 9110 15.5.6: what is allowed is said."""
    client = party(dialect)
    answer = client.http.request(method, client.provider.url("token"))
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


@code_dialects
def test_nothing_in_the_address(party: Party, dialect: str) -> None:
    """RFC 6749 3.2, 2.3.1: parameters in the query are not read."""
    client = party(dialect)
    form = {"grant_type": "authorization_code", "client_id": "cli", "code": client.code(), "redirect_uri": CALLBACK}
    answer = client.http.post(client.provider.url("token"), params={**form, "code_verifier": VERIFIER})
    assert answer.status_code == 400
    refused(client, answer, "invalid_request")


@code_dialects
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_forms_only(party: Party, dialect: str, kind: str) -> None:
    """RFC 6749 3.2: no other encoding is guessed at."""
    client = party(dialect)
    headers = {"Content-Type": kind} if kind else {}
    answer = client.http.post(client.provider.url("token"), content=b"grant_type=refresh_token", headers=headers)
    refused(client, answer, "invalid_request")


@code_dialects
@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic Og==", "Basic w6k6w6k=", "Basic eDp5"])
def test_a_client_that_fails_to_authenticate(party: Party, dialect: str, header: str) -> None:
    """RFC 6749 5.2: 401, with a challenge in the scheme that was used; also for a header that is none."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="z", redirect_uris=(CALLBACK,)))
    form = {"grant_type": "client_credentials", "client_id": "x"}
    answer = client.http.post(client.provider.url("token"), data=form, headers={"Authorization": header})
    assert answer.status_code in (400, 401), answer.text
    assert '"access_token"' not in answer.text
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Basic ")


@code_dialects
def test_a_secret_that_is_another(party: Party, dialect: str) -> None:
    """RFC 6749 3.2.1: who registered with a secret brings it, for codes too."""
    client = party(dialect)
    client.provider.clients.add(ClientRecord("x", secret="right", redirect_uris=(CALLBACK,)))
    code = client.code(client_id="x")
    for secret in (None, "wrong", "", "right "):
        refused(client, client.exchange(code, client_id="x", client_secret=secret), "invalid_client")
    assert client.exchange(code, client_id="x", client_secret="right").status_code == 200


@code_dialects
def test_what_comes_with_tokens(party: Party, dialect: str) -> None:
    """RFC 6749 5.1: JSON in no cache, the type of the token, whole seconds."""
    client = party(dialect)
    answer = client.exchange(client.code())
    told = answer.json()
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache" or dialect == "github"
    assert told["token_type"].lower() == "bearer"
    assert isinstance(told.get("expires_in", 1), int)
    assert told["access_token"].isascii()
    assert told["access_token"].isprintable()


@code_dialects
def test_no_refusal_is_cached(party: Party, dialect: str) -> None:
    """RFC 6749 5.2."""
    client = party(dialect)
    assert client.exchange("made-up").headers["cache-control"] == "no-store"


# -- what is in the tokens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", [dialect for dialect in CODES if dialect != "github"])
def test_the_id_token(party: Party, dialect: str) -> None:
    """OIDC Core 2, 3.1.3.6: for this client, by this issuer, from now on, for this request and this access token."""
    client = party(dialect)
    told = client.sign_in()
    claims = client.claims(told["id_token"])
    assert (claims["iss"], claims["nonce"]) == (client.provider.issuer, "nonce-1")
    assert claims["aud"] in ("cli", ["cli"])
    assert claims["sub"] == client.provider.user.person.sub
    assert claims["iat"] <= client.provider.clock.now() < claims["exp"]
    assert claims["auth_time"] <= claims["iat"]
    assert claims["at_hash"]
    head = header(told["id_token"])
    assert head["alg"] == "ES256"
    assert head["kid"] in [key["kid"] for key in client.get("jwks").json()["keys"]]


@pytest.mark.parametrize("dialect", ["chatgpt", "codecarbon", "formance", "keycloak", "rfc"])
def test_the_access_token(party: Party, dialect: str) -> None:
    """RFC 9068 2: a type, an issuer, an audience, a client, an end and an id of its own."""
    client = party(dialect)
    first, second = (client.sign_in()["access_token"] for _ in range(2))
    claims = client.claims(first)
    assert {"iss", "sub", "aud", "exp", "iat", "jti", "client_id"} <= claims.keys()
    assert header(first)["typ"] == client.provider.dialect.access_token_type
    assert claims["jti"] != client.claims(second)["jti"]
    assert claims["exp"] > time.time()


def header(token: str) -> dict[str, Any]:
    """The header of a JWT."""
    return dict(OAuthClient.claims(f".{token.split('.')[0]}."))


@code_dialects
def test_no_duplicate_members(party: Party, dialect: str) -> None:
    """RFC 8259 4: every parser reads the same."""
    client = party(dialect)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    json.loads(client.exchange(client.code()).content, object_pairs_hook=unique)
