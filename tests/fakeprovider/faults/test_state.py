"""What happens behind a client's back, and requests that are kept waiting."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakeprovider import FaultNotMet, Provider
from fakeprovider.faults import ForgottenSession, Hold, RevokedSession, ServerError, SpentTwice
from tests.fakeprovider.faults.conftest import Dial
from tests.support.oauth_client import OAuthClient
from tests.support.wire import PATIENCE


def test_spent_twice(provider: Provider, client: OAuthClient) -> None:
    """A spent refresh token is honoured, and one that was not spent does not meet the fault."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(SpentTwice()) as armed:
        assert client.refresh(token).status_code == 200
        assert armed.fired == 0
        assert client.refresh(token).status_code == 200
    assert armed.fired == 1
    assert client.refresh(token).status_code == 400


@pytest.mark.parametrize(
    ("fault", "words"),
    [(RevokedSession("an admin did it"), "an admin did it"), (ForgottenSession(), "never issued here")],
    ids=repr,
)
def test_a_session_goes_behind_the_clients_back(
    provider: Provider, client: OAuthClient, fault: RevokedSession, words: str
) -> None:
    """All tokens of the session of a request are worthless from that request on; other sessions live."""
    other, tokens = client.sign_in_by_device(), client.sign_in_by_device()
    with provider.failing(fault, at="token"):
        assert words in client.refresh(tokens["refresh_token"]).json()["error_description"]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.http.get(provider.api, headers=bearer).status_code == 401
    assert client.refresh(other["refresh_token"]).status_code == 200


def test_a_session_found_by_its_access_token(provider: Provider, client: OAuthClient) -> None:
    """The bearer token names the session as well; a request without any does not meet the fault."""
    bearer = {"Authorization": f"Bearer {client.sign_in_by_device()['access_token']}"}
    with provider.failing(RevokedSession(), at="userinfo") as armed:
        assert client.get("userinfo").status_code == 401
        assert armed.fired == 0
        assert client.get("userinfo", headers=bearer).status_code == 401
    assert armed.fired == 1


def test_hold_until_released(provider: Provider, client: OAuthClient) -> None:
    """A held request is answered once it is released, and not before."""
    hold = Hold()
    with ThreadPoolExecutor() as threads, provider.failing(hold, at="discovery"):
        answer = threads.submit(client.get, "discovery")
        assert hold.wait_for_arrival()
        assert not answer.done()
        assert len(provider.journal) == 0
        hold.release()
        assert answer.result(PATIENCE).status_code == 200


def test_hold_until_k_arrived(provider: Provider, client: OAuthClient) -> None:
    """Two refreshes with one token meet at the door: there is one winner."""
    token = client.sign_in_by_device()["refresh_token"]
    with ThreadPoolExecutor() as threads, provider.failing(Hold(arrivals=2), at="token"):
        answers = [threads.submit(client.refresh, token) for _ in range(2)]
        assert sorted(answer.result(PATIENCE).status_code for answer in answers) == [200, 400]


def test_hold_meanwhile(provider: Provider, client: OAuthClient) -> None:
    """A callback runs while the request waits, before it is processed."""
    token = client.sign_in_by_device()["refresh_token"]
    seen: list[object] = []
    hold = Hold(meanwhile=lambda: seen.append(provider.store.refresh_tokens[token].spent_at))
    with provider.failing(hold, grant="refresh_token"):
        client.refresh(token)
    assert seen == [None]


def test_hold_the_nth(provider: Provider, client: OAuthClient) -> None:
    """Requests before the n-th one pass."""
    hold = Hold(seconds=0.01)
    with provider.failing(hold, at="discovery", after=1, times=1) as armed:
        for _ in range(3):
            client.get("discovery")
    assert (armed.seen, armed.fired) == (3, 1)


def test_hold_again(provider: Provider, client: OAuthClient) -> None:
    """One and the same Hold holds in every block it is armed for, and lets go at the end of each."""
    hold = Hold()
    for _ in range(2):
        with ThreadPoolExecutor() as threads:
            with provider.failing(hold, at="discovery"):
                answer = threads.submit(client.get, "discovery")
                assert hold.wait_for_arrival()
                assert not answer.done()
            assert answer.result(PATIENCE).status_code == 200


def test_hold_ends_when_the_client_hangs_up(provider: Provider, dial: Dial) -> None:
    """Nobody waits for a client that is gone."""
    hold = Hold(seconds=PATIENCE * 10)
    with provider.failing(hold, at="discovery"):
        connection = dial("discovery")
        assert hold.wait_for_arrival()
        connection.close()
        provider.journal.wait_for(lambda exchange: exchange.endpoint == "discovery", PATIENCE)


def test_hold_ends_when_the_provider_stops(provider: Provider, dial: Dial) -> None:
    """A provider stops with requests held, at once."""
    before = threading.active_count()
    hold = Hold(seconds=PATIENCE * 10)
    with provider.failing(hold, at="discovery"):
        dial("discovery")
        assert hold.wait_for_arrival()
        provider.stop()
        assert threading.active_count() <= before


def test_hold_and_another_fault(provider: Provider, client: OAuthClient) -> None:
    """A request is held first and fails afterwards."""
    hold = Hold()
    with ThreadPoolExecutor() as threads, provider.failing(ServerError(500), hold, at="discovery"):
        answer = threads.submit(client.get, "discovery")
        assert hold.wait_for_arrival()
        hold.release()
        assert answer.result(PATIENCE).status_code == 500


def test_nobody_came(provider: Provider) -> None:
    """A request that was never held fails the test."""
    with pytest.raises(FaultNotMet, match="Hold"), provider.failing(Hold()):
        pass
