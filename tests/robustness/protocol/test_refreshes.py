"""Refreshing, clause by clause, in every dialect that gives refresh tokens (RFC 6749 6, RFC 9700 4.14)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.refusals import refused
from tests.support.oauth_client import OAuthClient

REFRESHES = ["chatgpt", "codecarbon", "formance", "keycloak", "osa", "rfc", "spec_kitty"]
"""Those that give refresh tokens, and take them in a form."""
POLICIES = {"revoke_family": False, "reject": True, "reused_401": True}

refresh_dialects = pytest.mark.parametrize("dialect", REFRESHES)


def seeded(client: OAuthClient, **options: Any) -> str:
    """The refresh token of a new session."""
    return client.provider.issue("cli", **options).refresh_token


@refresh_dialects
def test_a_refresh_token_rotates(party: Party, dialect: str) -> None:
    """RFC 9700 4.14.2, RFC 6749 6: another one comes, and the session goes on with it."""
    client = party(dialect)
    first = seeded(client)
    second = client.refresh(first).json()["refresh_token"]
    assert second != first
    assert client.refresh(second).status_code == 200


@refresh_dialects
@pytest.mark.parametrize("policy", POLICIES)
def test_a_spent_one_comes_again(party: Party, dialect: str, policy: str) -> None:
    """RFC 9700 4.14.2: it is refused, and under the policy that says so the whole family is over."""
    client = party(dialect)
    client.provider.reuse = policy  # type: ignore[assignment]  # from a parameter
    first = seeded(client)
    newest = client.refresh(first).json()["refresh_token"]
    refused(client, client.refresh(first), "refresh_token_reused" if policy == "reused_401" else "invalid_grant")
    assert (client.refresh(newest).status_code == 200) == POLICIES[policy]


REFUSED_REFRESHES: dict[str, dict[str, Any]] = {
    "RFC 6749 6: one of nobody": {"refresh_token": "made-up"},
    "RFC 6749 6: another client's": {"client_id": "somebody"},
}


@refresh_dialects
@pytest.mark.parametrize("clause", REFUSED_REFRESHES)
def test_no_refresh_for(party: Party, dialect: str, clause: str) -> None:
    """A token that the client does not have; the one it has stays as good."""
    client = party(dialect)
    token = seeded(client)
    refused(client, client.refresh(**{"refresh_token": token, **REFUSED_REFRESHES[clause]}), "invalid_grant")
    assert client.refresh(token).status_code == 200


@refresh_dialects
def test_no_refresh_without_a_token(party: Party, dialect: str) -> None:
    """RFC 6749 6."""
    client = party(dialect)
    refused(client, client.request("token", grant_type="refresh_token"), "invalid_request")


@refresh_dialects
def test_an_access_token_is_no_refresh_token(party: Party, dialect: str) -> None:
    """RFC 6749 1.5: nor is an id token."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    for token in filter(None, (issued.access_token, issued.id_token)):
        refused(client, client.refresh(token), "invalid_grant")


@refresh_dialects
def test_a_refresh_token_expires(party: Party, dialect: str) -> None:
    """RFC 6749 10.4."""
    client = party(dialect)
    refused(client, client.refresh(seeded(client, refresh_in=-1)), "invalid_grant")


@refresh_dialects
def test_a_session_that_was_ended(party: Party, dialect: str) -> None:
    """RFC 7009 2.1: none of its tokens is good for anything."""
    client = party(dialect)
    issued = client.provider.issue("cli")
    client.provider.end_sessions()
    refused(client, client.refresh(issued.refresh_token), "invalid_grant")
    assert client.use(issued.access_token).status_code == 401


@refresh_dialects
@pytest.mark.parametrize(("scope", "granted"), [("openid", True), ("openid admin", False), ("admin", False)])
def test_the_scope_never_grows(party: Party, dialect: str, scope: str, granted: bool) -> None:
    """RFC 6749 6: less than was granted may be asked for, and nothing more."""
    client = party(dialect)
    answer = client.refresh(seeded(client, scope="openid offline_access"), scope=scope)
    if granted:
        assert answer.status_code == 200
        assert answer.json().get("scope", scope) == scope
    else:
        refused(client, answer, "invalid_scope")
