"""The pages of the provider stand alone: in no frame of another page, and never taken for something else."""

from __future__ import annotations

import httpx
import pytest

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient


@pytest.mark.parametrize("page", ["sign in", "device", "device, wrong code"])
def test_nobody_frames_a_page(provider: Provider, client: OAuthClient, http: httpx.Client, page: str) -> None:
    """Whoever could would have the person click on what they do not see (RFC 9700 4.16)."""
    verification = client.device(scope="openid")["verification_uri"]
    if page == "sign in":
        answer = http.get(client.authorization_url(), follow_redirects=False)
    elif page == "device":
        answer = http.get(verification)
    else:
        answer = http.post(verification, data={"user_code": "WRONG"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
