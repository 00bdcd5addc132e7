"""A provider that is gone for a while."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fakeprovider import Provider
from tests.support.providers import Serve


def test_down_refuses_and_up_answers_on_the_same_port(serve: Serve, http: httpx.Client) -> None:
    """The issuer stays what it was, and so do the sessions."""
    provider = serve()
    before, issued = provider.issuer, provider.issue()

    provider.down()
    with pytest.raises(httpx.ConnectError):
        http.get(provider.url("discovery"))

    provider.up()
    assert http.get(provider.url("discovery")).json()["issuer"] == before
    bearer = {"Authorization": f"Bearer {issued.access_token}"}
    assert http.get(provider.url("userinfo"), headers=bearer).status_code == 200


def test_the_api_of_its_own_origin_goes_on(serve: Serve, use: Any) -> None:
    """A provider that is gone is still another machine than the API."""
    provider = serve()
    issued = provider.issue()
    provider.down()
    assert use(provider, issued.access_token).status_code == 200
    provider.up()


def test_down_and_up_twice_is_the_same_as_once(serve: Serve, http: httpx.Client) -> None:
    """Neither minds being asked again."""
    provider = serve()
    for _ in range(2):
        provider.down()
        provider.down()
        provider.up()
        provider.up()
        assert http.get(provider.url("jwks")).status_code == 200


def test_start_and_stop_are_forgiving() -> None:
    """Starting twice and stopping twice does nothing the second time."""
    with Provider() as provider:
        assert provider.start() is provider
    provider.stop()
