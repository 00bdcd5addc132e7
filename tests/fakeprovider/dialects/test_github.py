"""Dialect `github`, as gh meets it."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx

from fakeprovider import Provider
from tests.support.providers import Serve

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begin(provider: Provider, http: httpx.Client) -> str:
    """A device code."""
    answer = http.post(provider.url("device_authorization"), data={"client_id": "gh", "scope": "repo"})
    return parse_qs(answer.text)["device_code"][0]


def poll(provider: Provider, http: httpx.Client, code: str, **headers: str) -> httpx.Response:
    """One poll."""
    form = {"client_id": "gh", "device_code": code, "grant_type": GRANT}
    return http.post(provider.url("token"), data=form, headers=headers)


def test_a_poll_that_failed_is_a_200(serve: Serve, http: httpx.Client) -> None:
    """The error stands in the body, in the encoding that was asked for: a form, unless it is JSON."""
    provider = serve("github", device_interval=0)
    provider.user.script("pending", "slow_down", "deny")
    code = begin(provider, http)

    answers = [poll(provider, http, code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [parse_qs(answer.text)["error"] for answer in answers] == [["authorization_pending"], ["slow_down"]]
    assert poll(provider, http, code, Accept="application/json").json()["error"] == "access_denied"


def test_a_token_without_an_end_is_good_for_the_api(serve: Serve, http: httpx.Client) -> None:
    """No expiry, no refresh token; the API takes it as `token` or `bearer` and says whose it is."""
    provider = serve("github", device_interval=0)
    answer = poll(provider, http, begin(provider, http), Accept="application/json").json()
    assert sorted(answer) == ["access_token", "scope", "token_type"]

    for scheme in ("token", "Bearer"):
        user = http.get(f"{provider.api}/user", headers={"Authorization": f"{scheme} {answer['access_token']}"})
        assert user.json()["login"] == "ada"
        assert user.headers["X-Oauth-Scopes"] == "gist, read:org, repo"
    assert provider.journal.where(endpoint="api")[-1].bearer == answer["access_token"]
    queried = http.post(f"{provider.api}/graphql", headers={"Authorization": f"token {answer['access_token']}"})
    assert queried.json() == {"data": {"viewer": {"login": "ada"}}}


def test_a_bad_token_is_a_message(serve: Serve, http: httpx.Client) -> None:
    """What gh prints after "HTTP 401"."""
    provider = serve("github")
    answer = http.get(f"{provider.api}/user", headers={"Authorization": "token stolen"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
