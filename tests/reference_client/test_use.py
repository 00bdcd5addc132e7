"""One API call: offline or not, and with which tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from reference_client import places
from tests.support.stub_provider import FakeClock, NewToken, Reply, Run, SignedIn, Signer, StubProvider, tokens

DISCOVERY = "/.well-known/openid-configuration"


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


def half(handler: BaseHTTPRequestHandler) -> None:
    """Answer half of what was announced."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
def test_best_effort_defers_to_the_api_and_says_so(
    path: str, run: Run, stub: StubProvider, signed_in: SignedIn, travel: FakeClock
) -> None:
    """S0: exactly one API call with the stored token, no token request, store unchanged, even past its expiry."""
    session = signed_in(expires_at=travel.time - 1) if path == DISCOVERY else signed_in()
    before = places.credential_file().read_bytes()
    stub.answers(path, Reply(wire=silence))
    ran = run("use")
    assert ran.code == 0
    assert "warning: local token validation was skipped" in ran.err
    assert "valid " not in ran.err.replace("validation ", "")
    assert stub.paths() == ["/api/"]
    assert stub.asked[-1].headers["Authorization"] == f"Bearer {session.access_token}"
    assert places.credential_file().read_bytes() == before


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
def test_strict_refuses(path: str, run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """S0: no API call, and the reason is named."""
    signed_in()
    stub.answers(path, Reply(wire=silence))
    ran = run("use", "--offline", "strict")
    assert (ran.code, stub.paths()) == (1, [])
    assert "unreachable (connection closed without an answer)" in ran.err
    assert "strict" in ran.err


BROKEN: dict[str, dict[str, Any]] = {
    "404": {"status": 404},
    "503": {"status": 503},
    "redirect": {"status": 302, "headers": {"Location": "/elsewhere"}},
    "captive portal": {"body": b"<html>", "headers": {"Content-Type": "text/html"}},
    "half": {"wire": half},
    "null": {"body": None},
    "list": {"body": []},
    "text": {"body": "text"},
    "empty": {"body": b""},
    "empty object": {"body": {}},
    "not utf-8": {"body": b"\xff\xfe\x00"},
}


@pytest.mark.parametrize("policy", ["best-effort", "strict"])
@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_makes_no_sense_is_not_offline(
    broken: str, path: str, policy: str, run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """S0: it answered, so nothing is skipped and nothing is sent; and the next command recovers."""
    signed_in()
    healthy = stub.next(path)
    stub.answers(path, Reply(**BROKEN[broken]))
    ran = run("use", "--offline", policy)
    sent = [path for path in stub.paths() if "/.well-known/" not in path]  # metadata may have two locations
    assert (ran.code, sent, len(ran.err.splitlines())) == (1, [], 1)
    assert "skipped" not in ran.err
    assert "unreachable" not in ran.err
    stub.answers(path, healthy)
    assert run("use").code == 0


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": None},
        {"token_endpoint": ["x"]},
        {"jwks_uri": "not a url"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "http://[::1"},
    ],
)
def test_a_malformed_discovery_document_is_a_message(
    change: dict[str, object], run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """RFC 8414 3.2 and 3.3: the required members, and this very issuer."""
    signed_in()
    members = stub.next(DISCOVERY).body
    assert isinstance(members, dict)
    stub.answers(DISCOVERY, Reply(body={**members, **change}))
    ran = run("use")
    assert (ran.code, len(stub.asked), len(ran.err.splitlines())) == (1, 1, 1)


def test_the_api_has_the_last_word_while_the_provider_is_away(
    run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """S0: 401 is an error that says what to do, and the session is kept."""
    signed_in()
    before = places.credential_file().read_bytes()
    stub.answers("/api/", Reply(401))
    stub.answers(DISCOVERY, Reply(wire=silence))
    ran = run("use")
    assert (ran.code, places.credential_file().read_bytes()) == (1, before)
    assert "the API rejected" in ran.err
    assert "sign in again" in ran.err


def test_a_rejected_token_is_refreshed_once(run: Run, stub: StubProvider, signed_in: SignedIn, fresh: str) -> None:
    """RFC 6750 3.1: one refresh, one more call."""
    signed_in()
    stub.answers("/api/", Reply(401), Reply(body={"hello": "world"}))
    stub.answers("/token", Reply(body=tokens(fresh)))
    assert run("use").code == 0
    assert stub.paths() == ["/api/", "/token", "/api/"]
    assert stub.asked[-1].headers["Authorization"] == f"Bearer {fresh}"


def test_two_tokens_rejected_are_the_end(run: Run, stub: StubProvider, signed_in: SignedIn, fresh: str) -> None:
    """An API that rejects the new token as well has the last word."""
    signed_in()
    stub.answers("/api/", Reply(401))
    stub.answers("/token", Reply(body=tokens(fresh)))
    ran = run("use")
    assert (ran.code, stub.paths()) == (1, ["/api/", "/token", "/api/"])
    assert "the API rejected the access token (HTTP 401); sign in again" in ran.err


def test_a_rejected_token_whose_refresh_fails_for_now(run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """Both are said, and the session is kept."""
    signed_in()
    before = places.credential_file().read_bytes()
    stub.answers("/api/", Reply(401))
    ran = run("use")
    assert (ran.code, places.credential_file().read_bytes()) == (1, before)
    assert "the API rejected the access token (HTTP 401), and refreshing the session failed" in ran.err
    assert "try again" in ran.err


def confused(token: str, key: object) -> str:
    """Return `token` signed with HMAC, the public key as its secret."""
    _, payload, _ = token.split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"key-1"}').rstrip(b"=").decode()
    digest = hmac.digest(json.dumps(key).encode(), f"{header}.{payload}".encode(), hashlib.sha256)
    return f"{header}.{payload}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def unsigned(token: str) -> str:
    """Return `token` without a signature, saying so."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "defect",
    [
        "opaque",
        "wrong signature",
        "none",
        "hmac",
        "wrong key",
        "wrong issuer",
        "issuer with a slash",
        "wrong audience",
        "no expiry",
        "future",
        "unknown key",
    ],
)
def test_a_token_that_cannot_be_believed_is_not_sent(
    defect: str,
    run: Run,
    stub: StubProvider,
    signer: Signer,
    stranger: Signer,
    access_token: NewToken,
    signed_in: SignedIn,
    travel: FakeClock,
) -> None:
    """S0, OpenID Connect Core 3.1.3.7, RFC 8725: not accepted here means not used at all."""
    good = access_token()
    claims = {"iss": stub.url, "aud": f"{stub.url}/api", "sub": "ada", "exp": travel.time + 3600}
    token = {
        "opaque": "opaque-token",
        "wrong signature": good[:-8] + ("AAAAAAAA" if not good.endswith("AAAAAAAA") else "BBBBBBBB"),
        "none": unsigned(good),
        "hmac": confused(good, signer.jwk),
        "wrong key": stranger.sign(claims),
        "wrong issuer": access_token(iss="https://elsewhere.example"),
        "issuer with a slash": access_token(iss=f"{stub.url}/"),
        "wrong audience": access_token(aud="https://api.example"),
        "no expiry": access_token(exp=None),
        "future": access_token(nbf=travel.time + 31),
        "unknown key": signer.sign(claims, kid="key-2"),
    }[defect]
    signed_in(access_token=token)
    ran = run("use")
    assert (ran.code, "sign in again" in ran.err) == (1, True)
    assert stub.paths() == []
    assert [asked.path for asked in stub.asked].count("/jwks") == (2 if defect == "unknown key" else 1)


@pytest.mark.parametrize(
    "claims",
    [{"iat": 30}, {"nbf": 30}, {"aud": ["other", "api"]}, {"aud": "api/"}],
    ids=["iat", "nbf", "list", "slash"],
)
def test_a_token_that_can_be_believed_is_used(
    claims: dict[str, Any], run: Run, stub: StubProvider, access_token: NewToken, signed_in: SignedIn, travel: FakeClock
) -> None:
    """Clocks may disagree by 30 seconds, an audience may be one of several, a slash is no other API."""
    api = f"{stub.url}/api"
    audiences: dict[str, object] = {"api/": f"{api}/"}
    changed = {
        name: travel.time + value if isinstance(value, int) else audiences.get(str(value), ["other", api])
        for name, value in claims.items()
    }
    signed_in(access_token=access_token(**changed))
    assert run("use").code == 0


def test_a_rotated_key_is_found_with_one_more_request(
    run: Run, stub: StubProvider, signer: Signer, signed_in: SignedIn
) -> None:
    """OpenID Connect Core 10.1.1: an unknown kid is the signal to read the keys again."""
    signed_in()
    stub.answers("/jwks", Reply(body={"keys": [{"kty": "unheard-of"}]}), Reply(body={"keys": [signer.jwk]}))
    assert run("use").code == 0
    assert [asked.path for asked in stub.asked] == [DISCOVERY, "/jwks", "/jwks", "/api/"]


@pytest.mark.parametrize(
    "published",
    [
        lambda right, _: [{name: value for name, value in right.items() if name != "kid"}],
        lambda right, wrong: [wrong, right],
        lambda right, wrong: [{**right, "d": wrong["x"]}],
        lambda right, _: [{**right, "x": "damaged"}, right],
    ],
    ids=["without a name", "sharing a name", "with its private half", "beside a damaged one"],
)
def test_keys_published_carelessly_still_prove_the_signature(
    published: Callable[..., list[dict[str, str]]],
    run: Run,
    stub: StubProvider,
    signer: Signer,
    stranger: Signer,
    signed_in: SignedIn,
) -> None:
    """The name of a key is a hint; the signature is the proof."""
    signed_in()
    stub.answers("/jwks", Reply(body={"keys": published(signer.jwk, stranger.jwk)}))
    assert run("use").code == 0


def test_a_token_that_has_expired_behind_our_back_is_refreshed(
    run: Run, stub: StubProvider, access_token: NewToken, signed_in: SignedIn, travel: FakeClock
) -> None:
    """The token itself knows better than what was stored beside it."""
    signed_in(access_token=access_token(exp=travel.time - 1))
    fresh = access_token(jti="fresh")
    stub.answers("/token", Reply(body={"access_token": fresh, "token_type": "Bearer"}))
    assert run("use").code == 0
    assert stub.paths() == ["/token", "/api/"]


def test_a_provider_that_gives_expired_tokens_is_not_asked_for_ever(
    run: Run, stub: StubProvider, access_token: NewToken, signed_in: SignedIn, travel: FakeClock
) -> None:
    """One refresh a command."""
    signed_in(expires_at=travel.time - 1)
    dead = access_token(exp=travel.time - 1)
    stub.answers("/token", Reply(body={"access_token": dead, "token_type": "Bearer", "expires_in": 3600}))
    assert run("use").code == 1
    assert stub.paths() == ["/token"]


@pytest.mark.parametrize("body", [b"<html>", b""])
def test_an_api_answer_that_is_not_json_is_a_message(
    body: bytes, run: Run, stub: StubProvider, signed_in: SignedIn
) -> None:
    """A captive portal is not the API."""
    signed_in()
    stub.answers("/api/", Reply(body=body))
    assert "not JSON" in run("use").err


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example/x", "@evil.example"])
def test_a_token_goes_to_its_api_only(path: str, run: Run, stub: StubProvider, signed_in: SignedIn) -> None:
    """Whatever is asked for is asked of the API."""
    signed_in()
    assert run("use", path).code == 1
    assert stub.asked[-1].path.startswith("/api/")
