"""Signatures that prove nothing: a token that anybody could have written is not used as one of the provider's."""

from __future__ import annotations

import pytest

from auth_scenarios.validation.bad_tokens import must_refuse
from fakeprovider import Provider
from fakeprovider.faults import AlgNone, HmacWithPublicKey, TruncatedToken, WrongKey
from fakeprovider.faults.base import TokenFault
from pytest_auth_provider import Client, scenario

VALIDATED = (
    "All cryptographic operations used in the JWT MUST be validated and the entire JWT MUST be rejected if any of them "
    "fail to validate. [...] In our words: of an access token, by a client that declares to validate it; of an ID "
    "token, by one that fetches the keys as it signs in. "
)


@scenario(
    "RFC 8725 3.3",
    VALIDATED + "A token without a signature has none that could be validated.",
    harm="Whoever can write a text without a key signs in as anybody.",
    signs_in=True,
)
@pytest.mark.parametrize("fault", [AlgNone(), AlgNone(kind="id_token")], ids=["access-token", "id-token"])
def test_alg_none(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A token that says it has no signature is not used."""
    must_refuse(auth_provider, auth_client, fault, signature=True)


@scenario(
    "RFC 8725 3.3",
    VALIDATED + "One by another key, or cut short, fails to validate.",
    harm="Tokens are checked, and a forged one passes: whoever answers for the provider once signs in as anybody.",
    signs_in=True,
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(WrongKey(), id="access-token-other-key-same-kid"),
        pytest.param(TruncatedToken(), id="access-token-cut"),
        pytest.param(WrongKey(kind="id_token"), id="id-token-other-key-same-kid"),
    ],
)
def test_bad_signature(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A token whose signature is not that of the provider's key is not used."""
    must_refuse(auth_provider, auth_client, fault, signature=True)


@scenario(
    "RFC 8725 3.3; RFC 8725 3.1",
    "Libraries MUST enable the caller to specify a supported set of algorithms and MUST NOT use any other algorithms "
    "when performing cryptographic operations. [...] " + VALIDATED + "The public key of the provider is no secret.",
    harm="Everybody can read the provider's public key, and with it sign in as anybody.",
    signs_in=True,
)
@pytest.mark.parametrize(
    "fault", [HmacWithPublicKey(), HmacWithPublicKey(kind="id_token")], ids=["access-token", "id-token"]
)
def test_hmac_with_public_key(auth_provider: Provider, auth_client: Client, fault: TokenFault) -> None:
    """A token that is signed with the public key as a shared secret is not used."""
    must_refuse(auth_provider, auth_client, fault, signature=True)
