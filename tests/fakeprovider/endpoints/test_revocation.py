"""Token revocation (RFC 7009; spec-kitty's sign-out)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_a_refresh_token_takes_its_family_along(client: OAuthClient) -> None:
    """Revoking the refresh token ends the session: access token and refresh token die (RFC 7009 2.1)."""
    tokens = client.sign_in()

    answer = client.post("revocation", token=tokens["refresh_token"], token_type_hint="refresh_token")

    assert (answer.status_code, answer.content) == (200, b"")
    assert client.use(tokens["access_token"]).status_code == 401
    client.refused(client.refresh(tokens["refresh_token"]), "invalid_grant", "its refresh token was revoked")


def test_an_access_token_dies_alone(client: OAuthClient) -> None:
    """Revoking the access token leaves the session alive."""
    tokens = client.sign_in()

    client.post("revocation", token=tokens["access_token"])

    assert client.use(tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("hint", [None, "access_token", "nonsense"])
def test_any_well_formed_token_is_revoked(client: OAuthClient, hint: str | None) -> None:
    """200 for a token that never was, was revoked before, or came with a wrong hint (RFC 7009 2.1, 2.2; S4)."""
    token = client.sign_in()["refresh_token"]

    answers = [client.post("revocation", token=one, token_type_hint=hint) for one in (token, token, "made-up")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert client.refresh(token).status_code == 400


def test_a_spent_refresh_token_can_be_revoked(client: OAuthClient) -> None:
    """An older generation of the family revokes the family as well."""
    first = client.sign_in()["refresh_token"]
    second = client.refresh(first).json()["refresh_token"]

    client.post("revocation", token=first)

    client.refused(client.refresh(second), "invalid_grant", "revoked")


def test_what_is_no_revocation_is_refused(client: OAuthClient) -> None:
    """A missing token and another content type are invalid_request."""
    client.refused(client.post("revocation", token_type_hint="refresh_token"), "invalid_request", "'token' is required")
    answer = client.http.post(client.provider.url("revocation"), json={"token": "x"})
    client.refused(answer, "invalid_request", "application/json", "x-www-form-urlencoded")


def test_an_id_token_is_not_revoked(client: OAuthClient) -> None:
    """What goes on holding is not answered as if it were revoked (RFC 7009 2.2.1)."""
    client.refused(client.post("revocation", token=client.sign_in()["id_token"]), "unsupported_token_type", "id token")


def test_a_client_with_a_secret_has_to_prove_itself(provider: Provider, client: OAuthClient) -> None:
    """Possession of the token is not enough to end the session of a confidential client (RFC 7009 2.1)."""
    provider.clients.add(ClientRecord("service", secret="s3cret"))
    tokens = provider.issue("service")

    for who in ({}, {"client_id": "service"}, {"client_id": "service", "client_secret": "guessed"}):
        client.refused(client.post("revocation", token=tokens.refresh_token, **who), "invalid_client", status=401)
    assert client.use(tokens.access_token).status_code == 200
    proof = {"client_id": "service", "client_secret": "s3cret"}
    assert client.post("revocation", token=tokens.refresh_token, **proof).status_code == 200
    assert client.use(tokens.access_token).status_code == 401


def test_nobody_revokes_for_another_client(client: OAuthClient) -> None:
    """A client that says who it is must own the token (RFC 7009 2.1)."""
    tokens = client.sign_in()

    answer = client.post("revocation", token=tokens["refresh_token"], client_id="other")

    client.refused(answer, "invalid_grant", "'cli'", "'other'")
    assert client.use(tokens["access_token"]).status_code == 200
    assert client.post("revocation", token=tokens["refresh_token"], client_id="cli").status_code == 200
