"""Whatever works once works once, however many come at the same moment (OSA's device flow, RFC 9700 4.14)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient

MANY = 50


def test_one_authorization_code(client: OAuthClient) -> None:
    """Of fifty exchanges of one code, one wins; and because it came again, what the winner got is dead."""
    code = client.code()

    answers = client.at_once(MANY, lambda one: one.exchange(code))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: MANY - 1}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert client.use(winner["access_token"]).status_code == 401


def test_one_device_code(client: OAuthClient) -> None:
    """Of fifty polls with one approved device code, one wins, and its tokens live."""
    code = client.device()["device_code"]

    answers = client.at_once(MANY, lambda one: one.poll(code))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: MANY - 1}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert client.use(winner["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("policy", "others", "family_lives"),
    [
        ("revoke_family", 400, False),
        ("reject", 400, True),
        ("reused_401", 401, True),
        ("benign_409", 409, True),
    ],
)
def test_one_refresh_token(
    provider: Provider, client: OAuthClient, policy: str, others: int, family_lives: bool
) -> None:
    """Of fifty refreshes with one token, one rotates; the others get what the reuse policy says."""
    provider.reuse = policy  # type: ignore[assignment]  # from a parameter
    token = client.sign_in()["refresh_token"]

    answers = client.at_once(MANY, lambda one: one.refresh(token))

    assert Counter(answer.status_code for answer in answers) == {200: 1, others: MANY - 1}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert winner["generation"] == 2
    assert client.refresh(winner["refresh_token"]).status_code == (200 if family_lives else 400)


def test_one_rotation_with_the_same_answer(provider: Provider, client: OAuthClient) -> None:
    """With replay_same_answer all fifty get the answer of the one rotation."""
    provider.reuse = "replay_same_answer"
    token = client.sign_in()["refresh_token"]

    answers = client.at_once(MANY, lambda one: one.refresh(token))

    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["generation"] == 2


def test_one_pushed_request(client: OAuthClient) -> None:
    """Of fifty browsers with one request_uri, one gets a code."""
    pushed = dict(client.authorize().request.url.params)
    uri = client.post("pushed_authorization_request", **pushed).json()["request_uri"]
    asked = {"client_id": "cli", "request_uri": uri}

    answers = client.at_once(MANY, lambda one: one.http.get(one.provider.url("authorization"), params=asked))

    assert Counter(answer.status_code for answer in answers) == {302: 1, 400: MANY - 1}


def test_many_clients_at_once(provider: Provider, client: OAuthClient) -> None:
    """Fifty whole sign-ins at the same moment are fifty sessions."""
    answers = client.at_once(MANY, lambda one: one.exchange(one.code()))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["session_id"] for answer in answers}) == MANY
    assert len(provider.store.sessions) == MANY
