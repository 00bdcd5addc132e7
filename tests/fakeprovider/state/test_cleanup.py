"""Nothing grows for ever: expired, consumed and revoked records go, and nothing that is still needed (OSA)."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING

import httpx
import pytest

from fakeprovider import Provider

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def records(provider: Provider) -> int:
    """How many records the provider keeps, of every kind but people."""
    store = provider.store
    tables: tuple[Sized, ...] = (
        store.sessions,
        store.refresh_tokens,
        store.access_tokens,
        store.id_tokens,
        store.device_codes,
        store.authorization_codes,
        store.pushed_requests,
        store.sign_in_pages,
        store.used_assertions,
    )
    return sum(len(table) for table in tables)


def clean(provider: Provider) -> None:
    """What the provider does by itself every now and then."""
    provider.store.clean(provider.clock.now())


def test_every_kind_of_record_goes(provider: Provider, client: OAuthClient) -> None:
    """After everything has expired, nothing is left of pending, denied, consumed, revoked and abandoned things."""
    provider.refresh_token_lifetime = 7200
    client.refresh(client.sign_in()["refresh_token"])
    client.post("revocation", token=client.sign_in()["refresh_token"])
    client.poll(client.device()["device_code"])
    client.post("token", grant_type="client_credentials", client_id="svc", client_secret="x")
    client.code()
    pushed = dict(client.authorize().request.url.params)
    client.post("pushed_authorization_request", **pushed)
    provider.user.denies()
    client.poll(client.device()["device_code"])
    provider.user.ignores()
    client.device()
    client.authorize()
    assert records(provider) > 20

    provider.clock.advance(7200 + provider.store.keep + 1)
    clean(provider)

    assert records(provider) == 0


def test_revoked_families_go_long_before_they_expire(provider: Provider, client: OAuthClient) -> None:
    """A session that ended is forgotten after a while, though its refresh token would live for a month."""
    client.post("revocation", token=client.sign_in()["refresh_token"])
    client.exchange(client.code())
    provider.clock.advance(provider.code_lifetime + provider.store.keep + 1)
    clean(provider)

    assert (len(provider.store.sessions), len(provider.store.refresh_tokens)) == (1, 1)


def test_dead_records_are_remembered_for_a_while(provider: Provider, client: OAuthClient) -> None:
    """Who comes a little late still learns what became of the code."""
    code, device = client.code(), client.device()["device_code"]
    client.exchange(code)
    client.poll(device)
    provider.clock.advance(provider.store.keep - 1)
    clean(provider)

    client.refused(client.exchange(code), "invalid_grant", "exchanged before")
    client.refused(client.poll(device), "invalid_grant", "already exchanged")


def test_an_approved_device_code_waits_for_its_poll(provider: Provider, client: OAuthClient) -> None:
    """Cleaning never takes an approved code before its time (OSA's device flow)."""
    provider.user.ignores()
    told = client.device()
    client.post("verification", user_code=told["user_code"], decision="approve")
    provider.clock.advance(890)
    clean(provider)

    assert client.poll(told["device_code"]).status_code == 200


def test_a_living_session_stays(provider: Provider, client: OAuthClient) -> None:
    """A refresh token that nobody used for weeks still works after cleaning."""
    token = client.sign_in()["refresh_token"]
    provider.clock.advance(29 * 86400)
    clean(provider)

    assert client.refresh(token).status_code == 200


def test_it_cleans_up_by_itself(provider: Provider, client: OAuthClient) -> None:
    """Issuing alone keeps the store small, without anybody calling clean."""
    provider.refresh_token_lifetime = 60
    for _ in range(40):
        client.poll(client.device()["device_code"])
        provider.clock.advance(1000)

    assert records(provider) < 40


@pytest.mark.parametrize("revoke", [False, True])
def test_twenty_thousand_sign_ins_do_not_grow(revoke: bool) -> None:
    """The store of a provider that handled 20,000 sign-ins is as big as after 2,000."""
    with Provider(access_token_format="opaque", refresh_token_lifetime=3600) as provider:
        sizes = [handle(provider, 2000, revoke=revoke) for _ in range(10)]

    assert max(sizes[1:]) < sizes[0] * 1.5


def handle(provider: Provider, sign_ins: int, *, revoke: bool) -> int:
    """Let so many people sign in, ten seconds apart; how many records the provider has then."""
    for _ in range(sign_ins):
        issued = provider.issue("cli", scope="offline_access")
        if revoke:
            session = provider.store.sessions[issued.session_id]
            provider.store.end_session(session, "signed out", provider.clock.now())
        provider.clock.advance(10)
    return records(provider)


def test_cleaning_while_everybody_signs_in(provider: Provider, client: OAuthClient) -> None:
    """Cleaning in the middle of a rush harms nobody."""

    def rush(one: OAuthClient) -> httpx.Response:
        answer = one.exchange(one.code())
        clean(provider)
        return answer

    answers = client.at_once(20, rush)

    assert {answer.status_code for answer in answers} == {200}
