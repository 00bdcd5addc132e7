"""Tokens without a flow, for the store of a client that has not run yet."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from fakeprovider import Person, SettingError
from fakeprovider.faults import ServerError, WrongClaim
from tests.support.providers import Serve


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, unchecked."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_issued_tokens_are_as_good_as_those_of_a_flow(serve: Serve, http: httpx.Client, use: Any, refresh: Any) -> None:
    """The API takes the access token, the token endpoint the refresh token, and session status knows the session."""
    provider = serve("spec_kitty")
    issued = provider.issue("tool", scope="openid offline_access email")

    assert use(provider, issued.access_token, "/things").json()["client_id"] == "tool"
    bearer = {"Authorization": f"Bearer {issued.access_token}"}
    assert http.get(provider.url("session_status"), headers=bearer).json()["session_id"] == issued.session_id
    again = refresh(provider, issued.refresh_token, "tool").json()
    assert (again["session_id"], again["generation"]) == (issued.session_id, issued.generation + 1)
    assert refresh(provider, issued.refresh_token, "other").json()["error"] == "invalid_grant"


def test_members_are_the_token_answer_of_the_dialect(serve: Serve) -> None:
    """`members` is what a client would have stored."""
    issued = serve("keycloak").issue()
    assert issued.members["session_state"] == issued.session_id
    assert issued.members["access_token"] == issued.access_token
    assert issued.members["expires_in"] == 300


def test_every_issued_token_is_a_known_secret(serve: Serve) -> None:
    """Leak checks know tokens that no flow handed out; `repr` shows none of them."""
    provider = serve()
    issued = provider.issue()
    for token in (issued.access_token, issued.refresh_token, issued.id_token):
        assert token in provider.secrets
        assert token not in repr(issued)


def test_nothing_travels_and_nothing_is_written_down(serve: Serve) -> None:
    """No exchange, and no fault: issuing is no request."""
    provider = serve()
    with provider.failing(ServerError(503), WrongClaim("sub", "other"), at="token", optional=True):
        issued = provider.issue()
    assert claims_of(issued.access_token)["sub"] == "user-1"
    assert len(provider.journal) == 0


def test_token_faults_still_hit_real_calls(serve: Serve, refresh: Any) -> None:
    """The same fault touches the token that a refresh answers."""
    provider = serve()
    issued = provider.issue()
    with provider.failing(WrongClaim("sub", "other"), at="token"):
        answer = refresh(provider, issued.refresh_token)
    assert claims_of(answer.json()["access_token"])["sub"] == "other"


def test_lifetimes_can_be_shorter_or_over(serve: Serve, use: Any, refresh: Any) -> None:
    """`expires_in` below 0 is a token that expired already; `refresh_in` is the same for the refresh token."""
    provider = serve()
    stale = provider.issue(expires_in=-60)
    assert claims_of(stale.access_token)["exp"] == int(stale.issued_at - 60)
    assert stale.expires_at == stale.issued_at - 60
    assert use(provider, stale.access_token).status_code == 401
    assert refresh(provider, stale.refresh_token).status_code == 200

    dead = provider.issue(refresh_in=-1)
    assert refresh(provider, dead.refresh_token).status_code == 400
    assert provider.issue(expires_in=5).members["expires_in"] == 5


def test_any_person_can_be_signed_in(serve: Serve, http: httpx.Client) -> None:
    """A person the provider has never met gets an account; the user signs in otherwise."""
    provider = serve()
    issued = provider.issue(person=Person("grace", "Grace Hopper", "grace@example.test", "grace"))
    answer = http.get(provider.url("userinfo"), headers={"Authorization": f"Bearer {issued.access_token}"})
    assert answer.json()["name"] == "Grace Hopper"
    assert claims_of(provider.issue().id_token)["sub"] == "user-1"


def test_audience_and_nonce(serve: Serve) -> None:
    """The access token is for the audience given, the id token carries the nonce."""
    provider = serve()
    assert claims_of(provider.issue().access_token)["aud"] == provider.api
    issued = provider.issue(audience="https://other.example", nonce="n-1")
    assert claims_of(issued.access_token)["aud"] == "https://other.example"
    assert claims_of(issued.id_token)["nonce"] == "n-1"


def test_without_openid_there_is_no_id_token(serve: Serve) -> None:
    """A member that was not issued is empty."""
    issued = serve().issue(scope="offline_access")
    assert issued.id_token == ""
    assert "id_token" not in issued.members


def test_a_lifetime_that_is_no_number_is_explained(serve: Serve) -> None:
    """Seconds are a number."""
    with pytest.raises(SettingError) as caught:
        serve().issue(expires_in="soon")  # type: ignore[arg-type]  # the mistake under test
    assert str(caught.value) == "issue() expires_in: expected seconds as a number (below 0: long expired), got 'soon'"
