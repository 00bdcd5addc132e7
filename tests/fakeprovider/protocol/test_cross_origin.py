"""Clients that run in a browser: what scripts of another origin may ask and read (CORS; Fetch 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ServerError
from fakeprovider.protocol.cross_origin import SHARED
from tests.support.providers import Serve

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

PAGE = {"Origin": "https://app.example"}
PREFLIGHT = {
    **PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


def readable(answer: httpx.Response) -> bool:
    """Whether a browser hands the answer to the script that asked."""
    return bool(answer.headers.get("Access-Control-Allow-Origin") == "*")


@pytest.mark.parametrize("endpoint", sorted(SHARED))
def test_a_browser_is_told_what_it_may_send(serve: Serve, http: httpx.Client, endpoint: str) -> None:
    """Its preflight is answered without a body: the methods of the endpoint, and the headers it asked for."""
    url = serve("spec_kitty").url(endpoint)
    answer = http.options(f"{url}/things" if endpoint == "api" else url, headers=PREFLIGHT)

    assert (answer.status_code, answer.content, readable(answer)) == (204, b"", True)
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert {"GET", "POST"} & set(answer.headers["Access-Control-Allow-Methods"].split(", "))


def test_answers_and_errors_can_be_read(provider: Provider, client: OAuthClient) -> None:
    """Also those of faults and of the API on its own origin; programs that are no pages get no such header."""
    token = client.sign_in()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    assert readable(client.get("discovery", headers=PAGE))
    assert readable(client.http.post(provider.url("token"), headers=PAGE)), "an error"
    assert readable(client.http.get(f"{provider.api}/x", headers={**PAGE, **bearer}))
    with provider.failing(ServerError(503), at="jwks"):
        assert readable(client.get("jwks", headers=PAGE))
    assert "Access-Control-Allow-Origin" not in client.get("discovery").headers


def test_a_fault_waits_for_the_request_itself(provider: Provider, client: OAuthClient) -> None:
    """A preflight is the browser's, so it neither meets a fault nor uses one up."""
    with provider.failing(ServerError(503), at="token", times=1):
        assert client.http.options(provider.url("token"), headers=PREFLIGHT).status_code == 204
        assert client.http.post(provider.url("token"), headers=PAGE).status_code == 503


@pytest.mark.parametrize("endpoint", ["authorization", "verification", "end_session", "introspection"])
def test_pages_and_introspection_are_for_nobody_else(provider: Provider, client: OAuthClient, endpoint: str) -> None:
    """A browser goes to pages, and who introspects is a server: no script reads them."""
    assert not readable(client.http.options(provider.url(endpoint), headers=PREFLIGHT))
    assert not readable(client.http.post(provider.url(endpoint), headers=PAGE))


def test_it_can_be_switched_off(provider: Provider, client: OAuthClient) -> None:
    """Without `cors` a preflight is a method that the endpoint does not have."""
    provider.cors = False
    assert not readable(client.get("discovery", headers=PAGE))
    assert client.http.options(provider.url("token"), headers=PREFLIGHT).status_code == 405


def test_the_control_api_is_not_shared(serve: Serve, http: httpx.Client) -> None:
    """No page of another origin controls the provider."""
    provider = serve(control=True)
    assert provider.control is not None
    for answer in (http.get(provider.control.url, headers=PAGE), http.options(provider.control.url, headers=PREFLIGHT)):
        assert not readable(answer)
