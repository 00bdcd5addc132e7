"""What access tokens open, and what does not, clause by clause (RFC 6750, RFC 8707, OIDC Core 5.3)."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.families import DIALECTS, every_dialect, having
from tests.support.oauth_client import OAuthClient

BEARERS: dict[str, Mapping[str, str]] = {
    "RFC 6750 2.1: none": {},
    "RFC 6750 2.1: another scheme": {"Authorization": "Negotiate abc"},
    "RFC 6750 2.1: a scheme alone": {"Authorization": "Bearer"},
    "RFC 6750 3.1: a token of nobody": {"Authorization": "Bearer made-up"},
    "RFC 6750 2.1: bytes that are no token": {"Authorization": "Bearer a b c"},
    "RFC 8725 3.1: alg none": {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."},
}


def api(client: OAuthClient, headers: Mapping[str, str]) -> httpx.Response:
    """Call the protected resource."""
    return client.http.get(f"{client.provider.api}/things", headers=headers)


@every_dialect
@pytest.mark.parametrize("clause", BEARERS)
def test_no_entrance_with(party: Party, dialect: str, clause: str) -> None:
    """RFC 6750 3: 401 with a challenge that says where tokens are from."""
    client = party(dialect)
    answer = api(client, BEARERS[clause])
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert "resource_metadata=" in challenge
    assert ("error=" in challenge) == ("Bearer " in str(BEARERS[clause]))  # who brought none is told of none


@every_dialect
def test_no_token_in_the_address(party: Party, dialect: str) -> None:
    """RFC 9700 4.3.2, RFC 6750 2.3: it would be written down on its way."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    assert client.http.get(f"{client.provider.api}/things", params={"access_token": token}).status_code == 401


@every_dialect
def test_a_token_expires(party: Party, dialect: str) -> None:
    """RFC 6750 3.1."""
    client = party(dialect)
    assert client.use(client.provider.issue("cli").access_token).status_code == 200
    assert client.use(client.provider.issue("cli", expires_in=-1).access_token).status_code == 401


@every_dialect
def test_a_token_that_was_touched(party: Party, dialect: str) -> None:
    """RFC 7515 5.2: not one character of it may be another; nor is it the same in other letters."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    middle = len(token) // 2
    touched = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for other in (touched, token[:-1], token + "A", token.swapcase()):
        assert client.use(other).status_code == 401


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect != "github"])
def test_no_other_token_opens_anything(party: Party, dialect: str) -> None:
    """RFC 6749 1.5, OIDC Core 2: an id token and a refresh token are no access tokens."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    others = [token for token in (issued.id_token, issued.refresh_token) if token]
    assert others
    assert {client.use(token).status_code for token in others} == {401}


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect not in ("aws_sso", "github")])
def test_a_token_for_another_resource(party: Party, dialect: str) -> None:
    """RFC 8707 2, RFC 9068 4: it is for whom it names."""
    client = party(dialect)
    token = client.provider.issue("cli", audience="https://elsewhere.example").access_token
    assert client.use(token).status_code == 401


# -- userinfo -----------------------------------------------------------------------------------------------------


@having("userinfo")
def test_userinfo(party: Party, dialect: str) -> None:
    """OIDC Core 5.3.2: the person of the token, the same as in the id token."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    told = client.get("userinfo", headers={"Authorization": f"Bearer {token}"}).json()
    assert told["sub"] == client.provider.user.person.sub


@having("userinfo")
def test_userinfo_is_for_openid(party: Party, dialect: str) -> None:
    """OIDC Core 5.3.1, RFC 6750 3.1: 403, and the scope that it takes."""
    client = party(dialect)
    token = client.provider.issue("cli", scope="read").access_token
    answer = client.get("userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert 'scope="openid"' in answer.headers["www-authenticate"]


@having("userinfo")
def test_userinfo_takes_a_form(party: Party, dialect: str) -> None:
    """RFC 6750 2.2."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    assert client.post("userinfo", access_token=token).status_code == 200


@having("userinfo")
def test_a_token_comes_once(party: Party, dialect: str) -> None:
    """RFC 6750 2: not in two ways."""
    client = party(dialect)
    token = client.provider.issue("cli").access_token
    url, headers = client.provider.url("userinfo"), {"Authorization": f"Bearer {token}"}
    answer = client.http.post(url, data={"access_token": token}, headers=headers)
    assert answer.status_code in (400, 401)
