"""Header fields that every answer has, whichever endpoint it comes from."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from fakeprovider import Provider
from fakeprovider.faults import RateLimited, ServerError

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


@pytest.mark.parametrize("endpoint", ["discovery", "token", "authorization", "api"])
def test_answers_are_dated_by_the_providers_clock(provider: Provider, client: OAuthClient, endpoint: str) -> None:
    """`Date` (RFC 9110 6.6.1) is the time that lifetimes are counted from, however far it was moved."""
    provider.clock.advance(86400)
    now = int(provider.clock.now())

    date = client.get(endpoint).headers["Date"]

    assert now <= parsedate_to_datetime(date).timestamp() <= now + 30
    assert date.endswith(" GMT")
    with provider.failing(ServerError(503), at=endpoint):
        assert "Date" in client.get(endpoint).headers


def test_no_date_is_beyond_writing(provider: Provider, client: OAuthClient) -> None:
    """A clock or a delay beyond the calendar gives the last date there is, and never a 500."""
    with provider.failing(RateLimited(10**400, as_date=True), at="discovery"):
        assert client.get("discovery").headers["Retry-After"] == "Fri, 31 Dec 9999 23:59:59 GMT"
    provider.clock.advance(1e12)
    assert client.get("discovery").headers["Date"] == "Fri, 31 Dec 9999 23:59:59 GMT"
