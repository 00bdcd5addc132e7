"""What a token can say, and how it can be signed, wrongly."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fakeprovider import Provider
from fakeprovider.faults import (
    AlgNone,
    CriticalHeader,
    EncryptedToken,
    ExpiredToken,
    ExtraClaim,
    HmacWithPublicKey,
    LargeToken,
    MissingClaim,
    NoKid,
    NotAJwt,
    NotYetValid,
    OtherSubject,
    TokenFault,
    TruncatedToken,
    UnknownKid,
    WrongAlgorithm,
    WrongAtHash,
    WrongAudience,
    WrongAzp,
    WrongClaim,
    WrongKey,
    WrongNonce,
    WrongTokenIssuer,
)
from tests.fakeprovider.faults.conftest import parts_of
from tests.support.oauth_client import OAuthClient


def token_under(provider: Provider, client: OAuthClient, fault: TokenFault) -> str:
    """The token of the fault's kind that a sign-in gives."""
    with provider.failing(fault):
        return str(client.sign_in_by_device()[fault.kind])


def verified(client: OAuthClient, token: str) -> dict[str, Any]:
    """The claims, once the published key has verified the signature."""
    key = jwt.PyJWK(client.get("jwks").json()["keys"][0])
    loose = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=loose)  # type: ignore[arg-type]  # a TypedDict
    return claims


@pytest.mark.parametrize(
    ("fault", "claim", "value"),
    [
        (WrongClaim("scope", "admin"), "scope", "admin"),
        (WrongClaim("aud", ["a", "b"], kind="id_token"), "aud", ["a", "b"]),
        (WrongClaim("sub", None), "sub", "absent"),
        (MissingClaim("exp"), "exp", "absent"),
        (ExtraClaim("groups", ["root"]), "groups", ["root"]),
        (LargeToken(3), "groups", "xxx"),
        (WrongTokenIssuer(), "iss", "https://issuer.invalid"),
        (WrongAudience(), "aud", "https://audience.invalid"),
        (WrongAudience("x", kind="id_token"), "aud", "x"),
        (WrongAzp(), "azp", "another-client"),
        (WrongNonce(), "nonce", "another-nonce"),
        (OtherSubject(), "sub", "somebody-else"),
        (WrongAtHash(), "at_hash", "A" * 22),
    ],
    ids=repr,
)
def test_claims(provider: Provider, client: OAuthClient, fault: TokenFault, claim: str, value: object) -> None:
    """One claim is not what it should be, the signature is true, and tokens of the other kind are honest."""
    assert verified(client, token_under(provider, client, fault)).get(claim, "absent") == value


def test_expired(provider: Provider, client: OAuthClient) -> None:
    """The token was good for as long as it should be, and that was some time ago."""
    claims = verified(client, token_under(provider, client, ExpiredToken(60)))
    assert claims["exp"] == pytest.approx(provider.clock.now() - 60, abs=30)
    assert claims["exp"] - claims["iat"] == provider.access_token_lifetime


def test_not_yet_valid(provider: Provider, client: OAuthClient) -> None:
    """The token begins later."""
    claims = verified(client, token_under(provider, client, NotYetValid(300)))
    assert claims["nbf"] == claims["iat"]
    assert claims["nbf"] > provider.clock.now() + 200


def test_wrong_key(provider: Provider, client: OAuthClient) -> None:
    """The header names the published key, and that one does not verify the token."""
    token = token_under(provider, client, WrongKey())
    assert parts_of(token)[0]["kid"] == client.get("jwks").json()["keys"][0]["kid"]
    with pytest.raises(jwt.InvalidSignatureError):
        verified(client, token)


def test_names_of_keys(provider: Provider, client: OAuthClient) -> None:
    """The key is named wrongly or not at all, and is the true one."""
    unknown = token_under(provider, client, UnknownKid("nobody"))
    assert parts_of(unknown)[0]["kid"] == "nobody"
    nameless = token_under(provider, client, NoKid())
    assert "kid" not in parts_of(nameless)[0]
    assert verified(client, unknown)["sub"] == verified(client, nameless)["sub"]


def test_alg_none(provider: Provider, client: OAuthClient) -> None:
    """The token says that it is not signed, and is not."""
    token = token_under(provider, client, AlgNone())
    assert parts_of(token)[0]["alg"] == "none"
    assert token.endswith(".")


def test_hmac_with_public_key(provider: Provider, client: OAuthClient) -> None:
    """Whoever uses the published key as a shared secret finds the signature good."""
    token = token_under(provider, client, HmacWithPublicKey())
    public = jwt.PyJWK(client.get("jwks").json()["keys"][0]).key
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed, _, signature = token.rpartition(".")
    assert parts_of(token)[0]["alg"] == "HS256"
    assert hmac.digest(pem, signed.encode(), "sha256") == urlsafe_b64decode(signature + "===")


def test_wrong_algorithm_and_critical_header(provider: Provider, client: OAuthClient) -> None:
    """The header says what is not so, or what must be understood."""
    assert parts_of(token_under(provider, client, WrongAlgorithm("PS256")))[0]["alg"] == "PS256"
    header = parts_of(token_under(provider, client, CriticalHeader("b64url")))[0]
    assert header["crit"] == ["b64url"]
    assert header["b64url"] is True


def test_not_three_parts(provider: Provider, client: OAuthClient) -> None:
    """A token is cut, opaque or sealed."""
    with pytest.raises(jwt.InvalidTokenError):
        verified(client, token_under(provider, client, TruncatedToken()))
    assert "." not in token_under(provider, client, NotAJwt())
    assert token_under(provider, client, NotAJwt("nonsense")) == "nonsense"
    assert token_under(provider, client, EncryptedToken()).count(".") == 4


def test_a_token_fault_waits_for_its_token(provider: Provider, client: OAuthClient) -> None:
    """A poll that gives no token does not use up the one time the fault is armed for."""
    provider.user.script("pending", "approve")
    with provider.failing(WrongClaim("scope", "admin"), at="token", times=1) as armed:
        code = client.device()["device_code"]
        assert client.poll(code).json()["error"] == "authorization_pending"
        assert parts_of(client.poll(code).json()["access_token"])[1]["scope"] == "admin"
        assert parts_of(client.sign_in_by_device()["access_token"])[1]["scope"] != "admin"
    assert armed.fired == 1


def test_every_bent_token_is_a_known_secret(provider: Provider, client: OAuthClient) -> None:
    """Leak checks know forged tokens too, and the API answers them as the provider would."""
    for fault in (AlgNone(), NotAJwt(), EncryptedToken()):
        assert provider.secrets.kind_of(token_under(provider, client, fault)) == "access_token"
