"""The protected API: routes a test gives it, and refusals as a resource server words them (RFC 6750)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import ApiRoute, Provider, SettingError
from fakeprovider.context import Call
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_a_route_answers_what_the_test_says(provider: Provider, client: OAuthClient) -> None:
    """A JSON value, an Answer, a function of the call; other paths echo as before."""
    token = client.sign_in()["access_token"]
    provider.api_routes["GET /organizations"] = [{"id": "o1"}]
    provider.api_routes["GET /teapot"] = Answer.json({"short": "stout"}, 418)
    provider.api_routes["GET /me"] = lambda call: {"path": call.request.path}
    provider.api_routes["POST /projects/{id}/tokens"] = ApiRoute({"token": "t"}, status=201)

    assert client.use(token, "/organizations").json() == [{"id": "o1"}]
    assert client.use(token, "/teapot").status_code == 418
    assert client.use(token, "/me").json() == {"path": "/me"}
    assert client.use(token, "/else").json()["path"] == "/else"
    headers = {"Authorization": f"Bearer {token}"}
    assert client.http.post(f"{provider.api}/projects/7/tokens", headers=headers).status_code == 201
    assert client.http.post(f"{provider.api}/projects/7/8/tokens", headers=headers).status_code == 200


def test_the_route_that_spells_it_out_wins(provider: Provider, client: OAuthClient) -> None:
    """An exact path goes before a pattern, a later pattern before an earlier one."""
    token = client.sign_in()["access_token"]
    provider.api_routes["GET /a/{x}"] = 1
    provider.api_routes["GET /{y}/b"] = 2
    provider.api_routes["GET /a/c"] = 3

    assert [client.use(token, path).json() for path in ("/a/z", "/a/b", "/a/c")] == [1, 2, 3]
    del provider.api_routes["GET /a/c"]
    assert client.use(token, "/a/c").json() == 1
    assert list(provider.api_routes) == ["GET /a/{x}", "GET /{y}/b"]


def test_an_api_below_a_path(http: httpx.Client) -> None:
    """Routes are below provider.api, wherever that is."""
    with Provider("spec_kitty") as provider:
        provider.api_routes["GET /projects"] = ["p1"]
        headers = {"Authorization": f"Bearer {provider.issue('cli').access_token}"}

        assert http.get(f"{provider.api}/projects", headers=headers).json() == ["p1"]


def test_a_missing_scope_is_insufficient(provider: Provider, client: OAuthClient) -> None:
    """403 insufficient_scope, which names the scope that is needed (RFC 6750 3.1)."""
    provider.api_routes["GET /admin"] = ApiRoute({"ok": True}, scope="admin read")
    plain, admin = client.sign_in(), client.sign_in(scope="openid admin read")

    answer = client.use(plain["access_token"], "/admin")

    client.refused(answer, "insufficient_scope", "'admin'", "'openid offline_access'", status=403)
    assert 'error="insufficient_scope", scope="admin read"' in answer.headers["WWW-Authenticate"]
    assert client.use(admin["access_token"], "/admin").json() == {"ok": True}


def test_no_token_is_no_error(provider: Provider, client: OAuthClient) -> None:
    """Without a token the challenge has no error code (RFC 6750 3)."""
    answer = client.http.get(f"{provider.api}/x")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer resource_metadata=")


@pytest.mark.parametrize("kind", ["refresh_token", "id_token"])
def test_another_kind_of_token_is_refused(client: OAuthClient, kind: str) -> None:
    """Only access tokens open the API; the note says what it was instead."""
    answer = client.use(client.sign_in()[kind])

    client.refused(answer, "invalid_token", status=401)
    assert kind.replace("_", " ") in client.provider.journal.where(endpoint="api")[-1].note


def test_a_token_for_another_resource_is_refused(provider: Provider, client: OAuthClient) -> None:
    """The audience must be this API or a part of it, unless check_audience is off (RFC 9068 4)."""
    token = client.sign_in(resource="https://elsewhere.test")["access_token"]

    client.refused(client.use(token), "invalid_token", "not for this resource", status=401)
    assert "https://elsewhere.test" in provider.journal.where(endpoint="api")[-1].note
    provider.check_audience = False
    assert client.use(token).status_code == 200


@pytest.mark.parametrize("where", ["/organizations", "get /x", "FETCH /x", "GET x", "GET /a b"])
def test_a_route_that_is_none_is_refused(provider: Provider, where: str) -> None:
    """The error shows how a route is written."""
    with pytest.raises(SettingError, match="GET /organizations"):
        provider.api_routes[where] = {}


def test_a_function_may_look_at_the_call(provider: Provider, client: OAuthClient) -> None:
    """A function gets the call, and with it the body of the request."""
    token = client.sign_in()["access_token"]

    def echo(call: Call) -> object:
        return {"got": call.body.decode()}

    provider.api_routes["POST /echo"] = echo
    answer = client.http.post(f"{provider.api}/echo", content=b"hi", headers={"Authorization": f"Bearer {token}"})

    assert answer.json() == {"got": "hi"}
