"""The jwt_bearer grant (RFC 7523 2.1): tokens of ours and JWTs of a client as assertions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from fakeprovider import ClientRecord, Provider
from fakeprovider.faults import WrongClaim

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

KEY = ECKey.generate_key("P-256")


def assert_with(client: OAuthClient, assertion: object, **changes: object) -> httpx.Response:
    """Bring an assertion to the token endpoint."""
    asked = {"client_id": "stack", "assertion": assertion, "scope": "openid", **changes}
    return client.post("token", grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", **asked)


@pytest.mark.parametrize(
    ("kind", "format_"), [("access_token", "jwt"), ("access_token", "opaque"), ("id_token", "jwt")]
)
def test_a_token_of_ours_is_an_assertion(provider: Provider, client: OAuthClient, kind: str, format_: str) -> None:
    """Access and id tokens give an access token with the scope asked for, and nothing else (fctl's token cache)."""
    provider.access_token_format = format_  # type: ignore[assignment]  # from a parameter
    tokens = client.sign_in()

    told = assert_with(client, tokens[kind]).json()

    assert (told["scope"], told["token_type"], told["expires_in"]) == ("openid", "Bearer", 3600)
    assert not {"refresh_token", "id_token"} & set(told)
    assert client.use(told["access_token"]).json()["client_id"] == "stack"


def test_without_a_scope_it_is_that_of_the_sign_in(client: OAuthClient) -> None:
    """A missing scope means the one of the assertion's session."""
    assert assert_with(client, client.sign_in()["id_token"], scope=None).json()["scope"] == "openid offline_access"


def test_a_token_of_ours_gives_no_more_scope_than_it_had(client: OAuthClient) -> None:
    """The scope asked for is at most the one that was granted (RFC 7521 4.1)."""
    token = client.sign_in()["id_token"]

    client.refused(assert_with(client, token, scope="openid ledger:read"), "invalid_scope", "'ledger:read'", "RFC 7521")


def test_dead_assertions_are_refused(provider: Provider, client: OAuthClient) -> None:
    """Expired, revoked, signed out, of the wrong kind, made up, missing: each is named (RFC 7523 3)."""
    tokens, revoked, ended = (client.sign_in() for _ in range(3))
    client.post("revocation", token=revoked["access_token"])
    client.post("revocation", token=ended["refresh_token"])

    client.refused(assert_with(client, revoked["access_token"]), "invalid_grant", "is revoked")
    client.refused(assert_with(client, ended["id_token"]), "invalid_grant", "session that is over")
    client.refused(assert_with(client, tokens["refresh_token"]), "invalid_grant", "a refresh token, expected")
    client.refused(assert_with(client, "x.y.z"), "invalid_grant", "not one this provider issued")
    client.refused(assert_with(client, None), "invalid_request", "'assertion' is required")
    provider.clock.advance(3601)
    client.refused(assert_with(client, tokens["id_token"]), "invalid_grant", "expired")


@pytest.mark.parametrize(
    ("name", "value"),
    [("iss", "https://other.test"), ("aud", "https://other.test"), ("exp", None), ("exp", 1), ("sub", None)],
)
@pytest.mark.parametrize("kind", ["access_token", "id_token"])
def test_claims_that_were_bent_are_noticed(
    provider: Provider, client: OAuthClient, kind: str, name: str, value: object
) -> None:
    """A well-signed token whose claims do not hold is refused, though it came from here (RFC 7523 3)."""
    with provider.failing(WrongClaim(name, value, kind=kind)):  # type: ignore[arg-type]  # from a parameter
        tokens = client.sign_in()

    client.refused(assert_with(client, tokens[kind]), "invalid_grant", "not acceptable: ", "RFC 7523 3")


def test_a_key_that_was_retired_is_noticed(provider: Provider, client: OAuthClient) -> None:
    """An assertion must be signed by a published key."""
    token = client.sign_in()["id_token"]
    provider.keys.rotate(keep_old=False)

    client.refused(assert_with(client, token), "invalid_grant", "signed with a key known here")


def test_it_dies_with_the_session_it_came_from(client: OAuthClient) -> None:
    """Signing out ends the tokens that were got by assertion."""
    tokens = client.sign_in()
    stack = assert_with(client, tokens["id_token"]).json()["access_token"]

    client.post("revocation", token=tokens["refresh_token"])

    assert client.use(stack).status_code == 401


class TestSelfIssued:
    """A client that signs assertions with its own registered key."""

    @pytest.fixture(autouse=True)
    def registered(self, provider: Provider) -> None:
        """The issuer of the assertions is known by its public key."""
        provider.clients.add(ClientRecord("robot", jwks={"keys": [KEY.as_dict(private=False)]}))

    @staticmethod
    def sign(provider: Provider, **changes: object) -> str:
        """An assertion by the robot, for the person it acts for."""
        claims = {"iss": "robot", "sub": "user-1", "aud": provider.issuer, "exp": int(time.time()) + 60, "jti": "j"}
        return jwt.encode({"alg": "ES256"}, {**claims, **changes}, KEY)

    def test_it_gives_a_token_for_the_subject(self, provider: Provider, client: OAuthClient) -> None:
        """The subject of the assertion is that of the token, once per jti."""
        assertion = self.sign(provider)

        told = assert_with(client, assertion, scope="ledger:read").json()

        assert client.claims(told["access_token"])["sub"] == "user-1"
        client.refused(assert_with(client, assertion), "invalid_grant", "'j'", "used before")

    def test_wrong_claims_are_refused(self, provider: Provider, client: OAuthClient) -> None:
        """Audience and time are checked (RFC 7523 3)."""
        client.refused(assert_with(client, self.sign(provider, aud="x")), "invalid_grant", "its aud is 'x'")
        client.refused(assert_with(client, self.sign(provider, exp=1)), "invalid_grant", "it expired")
