"""The token_exchange grant (RFC 8693)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import ClientRecord, Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

TYPE = "urn:ietf:params:oauth:token-type:"


def trade(client: OAuthClient, token: str, kind: str, **changes: object) -> httpx.Response:
    """Exchange `token`, by a client that needs not be the one it was issued to."""
    asked = {"client_id": "gateway", "subject_token": token, "subject_token_type": TYPE + kind, **changes}
    return client.post("token", grant_type="urn:ietf:params:oauth:grant-type:token-exchange", **asked)


@pytest.mark.parametrize(
    ("kind", "who"), [("access_token", "gateway"), ("id_token", "gateway"), ("refresh_token", "cli")]
)
def test_every_token_of_ours_can_be_exchanged(client: OAuthClient, kind: str, who: str) -> None:
    """The new access token is for the same person, also by another client (RFC 8693 2.2.1)."""
    tokens = client.sign_in()

    told = trade(client, tokens[kind], kind, client_id=who, scope="openid").json()

    assert (told["issued_token_type"], told["token_type"], told["scope"]) == (f"{TYPE}access_token", "Bearer", "openid")
    assert not {"refresh_token", "id_token"} & set(told)
    assert client.use(told["access_token"]).json() == {"sub": "user-1", "client_id": who, "path": "/anything"}


def test_a_refresh_token_is_exchanged_by_its_client_alone(provider: Provider, client: OAuthClient) -> None:
    """Neither another client nor one that only says to be the owner gets anything for it (RFC 6749 10.4)."""
    provider.clients.add(ClientRecord("service", secret="s3cret"))
    token = provider.issue("service").refresh_token

    client.refused(trade(client, token, "refresh_token"), "invalid_grant", "'service'", "'gateway'")
    client.refused(trade(client, token, "refresh_token", client_id="service"), "invalid_client", status=401)
    actor = {"actor_token": token, "actor_token_type": f"{TYPE}refresh_token"}
    client.refused(trade(client, client.sign_in()["id_token"], "id_token", **actor), "invalid_grant", "'service'")
    proven = trade(client, token, "refresh_token", client_id="service", client_secret="s3cret")
    assert proven.status_code == 200


def test_an_exchange_does_not_widen_the_scope(client: OAuthClient) -> None:
    """At most the scope of the subject token, also where that was narrowed (RFC 8693 2.1)."""
    tokens = client.sign_in(scope="openid read")
    narrow = client.refresh(tokens["refresh_token"], scope="read").json()["access_token"]

    client.refused(trade(client, narrow, "access_token", scope="openid"), "invalid_scope", "'openid'", "'read'")
    client.refused(trade(client, tokens["id_token"], "id_token", scope="admin"), "invalid_scope", "'admin'")
    assert trade(client, narrow, "access_token").json()["scope"] == "read"


def test_audience_and_resource(client: OAuthClient) -> None:
    """Both say whom the token is for, and both may be repeated (RFC 8693 2.1)."""
    token = client.sign_in()["access_token"]

    told = trade(client, token, "jwt", resource=["https://a.test", "https://b.test"], audience=["stack"]).json()

    assert client.claims(told["access_token"])["aud"] == ["https://a.test", "https://b.test", "stack"]


def test_an_actor(provider: Provider, client: OAuthClient) -> None:
    """Who acts for the subject stands in `act` (RFC 8693 4.1)."""
    token = client.sign_in()["access_token"]
    agent = provider.people.new(sub="agent-7")
    acting = provider.issue("agent", person=agent).access_token

    told = trade(client, token, "access_token", actor_token=acting, actor_token_type=f"{TYPE}access_token").json()

    claims = client.claims(told["access_token"])
    assert (claims["sub"], claims["act"]) == ("user-1", {"sub": "agent-7"})


def test_the_new_token_cannot_outlive_the_session(client: OAuthClient) -> None:
    """When the session of the subject token ends, what was exchanged for it is dead too."""
    tokens = client.sign_in()
    traded = trade(client, tokens["access_token"], "access_token").json()["access_token"]

    client.post("revocation", token=tokens["refresh_token"])

    client.refused(client.use(traded), "invalid_token", status=401)


def test_an_exchanged_token_can_be_exchanged(client: OAuthClient) -> None:
    """However long the line of exchanges, the last token is for the same person and dies with the first session."""
    tokens = client.sign_in()
    last = tokens["access_token"]
    for _ in range(20):
        last = trade(client, last, "access_token").json()["access_token"]
    assert client.use(last).json()["sub"] == "user-1"

    client.post("revocation", token=tokens["refresh_token"])

    assert client.use(last).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"subject_token": None}, "invalid_request", "'subject_token' is required"),
        ({"subject_token_type": None}, "invalid_request", "'subject_token_type' is required"),
        ({"subject_token_type": "jwt"}, "invalid_request", f"accepted: {TYPE}access_token"),
        ({"subject_token_type": f"{TYPE}refresh_token"}, "invalid_grant", "an access token, expected a refresh token"),
        ({"subject_token": "made-up"}, "invalid_grant", "not one this provider issued"),
        ({"requested_token_type": f"{TYPE}saml2"}, "invalid_request", "saml2"),
        ({"actor_token": "x"}, "invalid_request", "'actor_token_type' is required"),
        ({"actor_token": "x", "actor_token_type": f"{TYPE}jwt"}, "invalid_grant", "the actor token is not one"),
        ({"resource": "#"}, "invalid_target", "'#'"),
    ],
)
def test_mistakes_are_explained(client: OAuthClient, changes: dict[str, object], code: str, words: str) -> None:
    """Each rejection says what arrived and what was expected (RFC 8693 2.2.2)."""
    token = client.sign_in()["access_token"]

    client.refused(trade(client, token, "access_token", **changes), code, words)
