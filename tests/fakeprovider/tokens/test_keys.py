"""Keys: every algorithm, and a rotation one step at a time."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from fakeprovider import Provider, SettingError
from fakeprovider.state.clients import ClientRecord
from fakeprovider.vocabulary import ALGORITHMS
from tests.support.providers import Serve


def published(http: httpx.Client, provider: Provider) -> list[dict[str, Any]]:
    """What the world is told."""
    keys: list[dict[str, Any]] = http.get(provider.url("jwks")).json()["keys"]
    return keys


def kid_of(token: str) -> str | None:
    """The kid in the header of a token."""
    kid: str | None = jwt.get_unverified_header(token).get("kid")
    return kid


def verified(http: httpx.Client, provider: Provider, token: str) -> dict[str, Any]:
    """The claims of a token, checked by PyJWT against the JWKS that is served right now."""
    key = next(jwt.PyJWK(key) for key in published(http, provider) if key.get("kid") == kid_of(token))
    claims: dict[str, Any] = jwt.decode(token, key, [key.algorithm_name], options={"verify_aud": False})
    return claims


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "Ed25519"])
def test_every_algorithm_is_verified_by_another_library(serve: Serve, http: httpx.Client, algorithm: str) -> None:
    """Access and id tokens of every algorithm hold against the JWKS, and discovery announces the algorithm."""
    provider = serve(algorithm=algorithm)
    issued = provider.issue()

    assert verified(http, provider, issued.access_token)["sub"] == "user-1"
    assert verified(http, provider, issued.id_token)["aud"] == "client"
    announced = http.get(provider.url("discovery")).json()["id_token_signing_alg_values_supported"]
    assert announced == [algorithm]


def test_ed25519_by_its_new_name(serve: Serve, http: httpx.Client) -> None:
    """RFC 9864 names the algorithm `Ed25519`; the signature is the one of `EdDSA`."""
    provider = serve(algorithm="Ed25519")
    token = provider.issue().access_token

    (key,) = published(http, provider)
    assert (key["alg"], jwt.get_unverified_header(token)["alg"]) == ("Ed25519", "Ed25519")


def test_opaque_access_tokens_work_everywhere(serve: Serve, http: httpx.Client, use: Any, refresh: Any) -> None:
    """An opaque access token opens the API and userinfo, and refreshes into another."""
    provider = serve(access_token_format="opaque")
    issued = provider.issue()

    assert "." not in issued.access_token
    assert use(provider, issued.access_token).status_code == 200
    bearer = {"Authorization": f"Bearer {issued.access_token}"}
    assert http.get(provider.url("userinfo"), headers=bearer).json()["sub"] == "user-1"
    again = refresh(provider, issued.refresh_token).json()["access_token"]
    assert use(provider, again).status_code == 200


def test_publish_then_sign(serve: Serve, http: httpx.Client) -> None:
    """A published key does not sign yet; once it does, the old one can be retired."""
    keys = (provider := serve()).keys
    old = keys.active

    new = keys.publish()
    assert [key["kid"] for key in published(http, provider)] == [old.kid, new.kid]
    assert kid_of(provider.issue().access_token) == old.kid

    keys.sign_with(new)
    assert kid_of(provider.issue().access_token) == new.kid

    keys.retire(old.kid)
    assert [key["kid"] for key in published(http, provider)] == [new.kid]


def test_sign_then_publish(serve: Serve, http: httpx.Client) -> None:
    """A key may sign before anybody is told of it, as where the JWKS is cached on its way."""
    keys = (provider := serve()).keys
    new = keys.sign_with(keys.new())

    token = provider.issue().access_token
    assert kid_of(token) == new.kid
    assert new.kid not in [key["kid"] for key in published(http, provider)]

    keys.publish(new)
    assert verified(http, provider, token)["sub"] == "user-1"


def test_a_retired_key_can_go_on_signing(serve: Serve, http: httpx.Client) -> None:
    """Retiring the key that signs leaves the world without any key, and the provider signing."""
    provider = serve()
    provider.keys.retire(provider.keys.active)

    assert kid_of(provider.issue().access_token) == "key-1"
    assert published(http, provider) == []


def test_same_kid_other_key(serve: Serve, http: httpx.Client) -> None:
    """Another key takes over a kid: tokens signed before no longer hold, tokens signed after do."""
    provider = serve()
    before = provider.issue().access_token
    old = published(http, provider)
    new = provider.keys.replace()

    after = provider.issue().access_token
    assert kid_of(after) == kid_of(before) == new.kid
    assert published(http, provider)[0]["n"] != old[0]["n"]
    assert verified(http, provider, after)
    with pytest.raises(jwt.InvalidSignatureError):
        verified(http, provider, before)


def test_no_kid(serve: Serve, http: httpx.Client) -> None:
    """A key without a kid has none in the JWKS, nor in the tokens it signs."""
    keys = (provider := serve()).keys
    keys.sign_with(keys.publish(keys.new(kid="")))
    keys.retire("key-1")

    token = provider.issue().access_token
    assert "kid" not in jwt.get_unverified_header(token)
    assert "kid" not in published(http, provider)[0]
    assert verified(http, provider, token)


def test_rotate_keeps_or_drops_the_old_key(serve: Serve, http: httpx.Client) -> None:
    """A rotation in one step signs with a new key at once, beside the old one or in its place."""
    provider = serve(algorithm="ES256")
    provider.keys.rotate()
    assert [key["kid"] for key in published(http, provider)] == ["key-2", "key-1"]

    provider.keys.rotate(keep_old=False)
    assert [key["kid"] for key in published(http, provider)] == ["key-3"]


def test_a_rotation_can_change_the_algorithm(serve: Serve, http: httpx.Client) -> None:
    """Discovery names every algorithm that is published, the signing one first."""
    provider = serve()
    provider.keys.sign_with(provider.keys.publish(provider.keys.new("ES384")))

    announced = http.get(provider.url("discovery")).json()["id_token_signing_alg_values_supported"]
    assert announced == ["ES384", "RS256"]
    assert verified(http, provider, provider.issue().id_token)


def test_hs256_signs_id_tokens_with_the_client_secret(serve: Serve, http: httpx.Client) -> None:
    """OIDC Core 10.1: the key is the secret's octets; access tokens go on being signed with a key of the provider."""
    provider = serve(algorithm="HS256")
    provider.clients.add(ClientRecord("confidential", secret="a secret that is long enough for a hash"))
    issued = provider.issue("confidential")

    claims = jwt.decode(issued.id_token, "a secret that is long enough for a hash", ["HS256"], audience="confidential")
    assert claims["sub"] == "user-1"
    assert verified(http, provider, issued.access_token)
    assert http.get(provider.url("discovery")).json()["id_token_signing_alg_values_supported"] == ["HS256"]


def test_hs256_needs_a_client_with_a_secret(serve: Serve, sign_in: Any) -> None:
    """A client without a secret is told why it gets no id token, and so is a test."""
    provider = serve(algorithm="HS256")

    answer = sign_in(provider)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    story = (
        "issue(): id tokens are signed HS256 with the client's secret, and client 'client' has none (OIDC Core 10.1)"
    )
    with pytest.raises(SettingError) as caught:
        provider.issue()
    assert str(caught.value) == story


def test_unknown_kid_and_algorithm_are_explained(serve: Serve) -> None:
    """A key that is asked for and not there is an error that says which there are."""
    provider = serve()
    with pytest.raises(SettingError, match=r"^no key with kid 'key-9' is published; published are 'key-1'$"):
        provider.keys.sign_with("key-9")
    with pytest.raises(SettingError, match=r"^no key with kid 'key-2' is published; published are 'key-1'$"):
        provider.keys.retire(provider.keys.new())
    with pytest.raises(SettingError, match=r"^algorithm: 'RS265' is not one of .* Did you mean 'RS256'\?$"):
        provider.keys.new("RS265")


def test_a_provider_that_signs_nothing_makes_no_key(serve: Serve, http: httpx.Client) -> None:
    """Discovery announces the algorithm without loading a key."""
    provider = serve()
    http.get(provider.url("discovery"))
    assert provider.keys._active is None
