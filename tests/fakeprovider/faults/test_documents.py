"""What discovery and the key set can say wrong."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from fakeprovider import FaultNotMet, Provider
from fakeprovider.faults import (
    CachedAnswer,
    DeadPort,
    DocumentFault,
    DuplicateKid,
    EmptyKeys,
    HtmlPage,
    KeysWithoutKid,
    LeakedPrivateKey,
    MissingMember,
    NullMember,
    OtherOrigin,
    OversizedKeys,
    SameKidOtherKey,
    StaleKeys,
    UnresolvableHost,
    WrongIssuer,
    WrongMember,
)
from tests.support.oauth_client import OAuthClient


def keys_under(provider: Provider, client: OAuthClient, fault: DocumentFault) -> list[dict[str, Any]]:
    """The keys that are published while `fault` is armed."""
    with provider.failing(fault):
        keys: list[dict[str, Any]] = client.get("jwks").json()["keys"]
    return keys


def verifies(token: str, key: dict[str, Any]) -> bool:
    """Whether `key` verifies the signature of `token`."""
    try:
        jwt.decode(token, jwt.PyJWK(key), algorithms=["RS256"], options={"verify_aud": False})
    except jwt.InvalidSignatureError:
        return False
    return True


def test_wrong_issuer(provider: Provider, client: OAuthClient) -> None:
    """The document names another issuer; the key set is left alone."""
    with provider.failing(WrongIssuer("https://evil.invalid")):
        assert client.get("discovery").json()["issuer"] == "https://evil.invalid"
        assert "issuer" not in client.get("jwks").json()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (MissingMember("jwks_uri"), "absent"),
        (NullMember("jwks_uri"), None),
        (WrongMember("jwks_uri", 5), 5),
        (WrongMember("jwks_uri", ["https://a.invalid"]), ["https://a.invalid"]),
    ],
)
def test_members(provider: Provider, client: OAuthClient, fault: MissingMember, expected: object) -> None:
    """A member is missing, null or of a wrong type, and every other one is as it was."""
    honest = client.get("discovery").json()
    with provider.failing(fault):
        bent = client.get("discovery").json()
    assert bent.get("jwks_uri", "absent") == expected
    assert {**bent, "jwks_uri": None} == {**honest, "jwks_uri": None}


def test_other_origin(provider: Provider, client: OAuthClient) -> None:
    """An endpoint is advertised on another origin, its path unchanged."""
    with Provider() as other, provider.failing(OtherOrigin(other.origin, "device_authorization")):
        document = client.get("discovery").json()
        assert document["device_authorization_endpoint"] == other.url("device_authorization")
        assert document["token_endpoint"] == provider.url("token")


def test_unresolvable_host(provider: Provider, client: OAuthClient) -> None:
    """An endpoint is advertised on a host that nobody can resolve."""
    with provider.failing(UnresolvableHost("jwks")):
        document = client.get("discovery").json()
    assert urlsplit(document["jwks_uri"]).hostname == "provider.invalid"
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("provider.invalid", 80)


def test_dead_port(provider: Provider, client: OAuthClient) -> None:
    """One endpoint refuses connections while the provider answers."""
    with provider.failing(DeadPort("token")):
        document = client.get("discovery").json()
        with pytest.raises(httpx.ConnectError):
            client.http.post(document["token_endpoint"])
        assert client.get("jwks").status_code == 200


def test_stale_keys(provider: Provider, client: OAuthClient) -> None:
    """The keys of before the rotation go on being published, and the new one comes with the end of the block."""
    before = client.get("jwks").json()
    with provider.failing(StaleKeys()):
        provider.keys.rotate()
        assert client.get("jwks").json() == before
    assert client.get("jwks").json() != before


def test_stale_keys_need_a_rotation(provider: Provider, client: OAuthClient) -> None:
    """Keys that did not change cannot be stale: the fault has not been met."""
    with pytest.raises(FaultNotMet, match=r"StaleKeys\(\)"), provider.failing(StaleKeys()):
        client.get("jwks")


def test_no_keys_and_many(provider: Provider, client: OAuthClient) -> None:
    """The set is empty, or the true key comes last of many."""
    honest = client.get("jwks").json()["keys"]
    assert keys_under(provider, client, EmptyKeys()) == []
    many = keys_under(provider, client, OversizedKeys(500))
    assert len({key["kid"] for key in many}) == 501
    assert many[-1:] == honest


def test_keys_without_kid(provider: Provider, client: OAuthClient) -> None:
    """The true key is published without a name."""
    token = client.sign_in_by_device()["access_token"]
    [key] = keys_under(provider, client, KeysWithoutKid())
    assert "kid" not in key
    assert verifies(token, key)


def test_same_kid_other_key(provider: Provider, client: OAuthClient) -> None:
    """A good token does not verify with the key published under its kid."""
    token = client.sign_in_by_device()["access_token"]
    [key] = keys_under(provider, client, SameKidOtherKey())
    assert key["kid"] == jwt.get_unverified_header(token)["kid"]
    assert not verifies(token, key)


def test_duplicate_kid(provider: Provider, client: OAuthClient) -> None:
    """Of two keys with one kid, only the second verifies."""
    token = client.sign_in_by_device()["access_token"]
    first, second = keys_under(provider, client, DuplicateKid())
    assert first["kid"] == second["kid"]
    assert [verifies(token, first), verifies(token, second)] == [False, True]


def test_leaked_private_key(provider: Provider, client: OAuthClient) -> None:
    """What is published is enough to sign."""
    [key] = keys_under(provider, client, LeakedPrivateKey())
    forged = jwt.encode({"sub": "anybody"}, jwt.PyJWK(key).key, algorithm="RS256")
    assert verifies(forged, client.get("jwks").json()["keys"][0])


def test_html_and_cached(provider: Provider, client: OAuthClient) -> None:
    """A document can be a page, or come with the headers of a cache."""
    with provider.failing(HtmlPage(), at=("discovery", "jwks")):
        assert client.get("discovery").headers["content-type"].startswith("text/html")
    with provider.failing(CachedAnswer(max_age=60, age=59), at="jwks"):
        answer = client.get("jwks")
    assert (answer.headers["cache-control"], answer.headers["age"]) == ("public, max-age=60", "59")
    assert answer.json()["keys"]
