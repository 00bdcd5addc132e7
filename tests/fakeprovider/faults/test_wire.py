"""How bytes can fail to arrive, seen from a bare socket."""

from __future__ import annotations

import httpx
import pytest

from fakeprovider import FaultNotMet, Provider
from fakeprovider.faults import (
    BrokenChunking,
    Closed,
    Delayed,
    Garbage,
    LostAnswer,
    Refused,
    Reset,
    SlowDrip,
    Stall,
    StalledBody,
    Truncated,
    WireFault,
    WrongLength,
)
from tests.fakeprovider.faults.conftest import Dial
from tests.support.oauth_client import OAuthClient
from tests.support.wire import everything


def test_refused(provider: Provider, client: OAuthClient) -> None:
    """Nobody listens, the API answers, and afterwards everything is as before."""
    api = provider.api
    with provider.failing(Refused()) as armed:
        with pytest.raises(httpx.ConnectError):
            client.get("discovery")
        assert client.http.get(api).status_code == 401
    assert armed.fired
    assert client.get("discovery").status_code == 200


def test_refused_in_refused(provider: Provider, client: OAuthClient) -> None:
    """The end of an inner block does not end the outer one."""
    with provider.failing(Refused()):
        with provider.failing(Refused(), optional=True):
            pass
        with pytest.raises(httpx.ConnectError):
            client.get("discovery")


def test_reset(provider: Provider, dial: Dial) -> None:
    """The client meets a true RST."""
    with provider.failing(Reset()):
        connection = dial("discovery")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_closed(provider: Provider, dial: Dial) -> None:
    """The connection ends politely and empty."""
    with provider.failing(Closed()):
        assert everything(dial("discovery")) == b""


def test_stall(provider: Provider, dial: Dial) -> None:
    """Nothing comes until the provider gives up; one that would wait for ever ends with the provider."""
    with provider.failing(Stall(0.01)):
        assert everything(dial("discovery")) == b""
    with provider.failing(Stall()):
        connection = dial("discovery")
        provider.journal.wait_for(lambda exchange: exchange.faults == ("Stall()",))
    provider.stop()
    assert everything(connection) == b""


def test_stalled_body(provider: Provider, dial: Dial) -> None:
    """Head and half of the body come, and then nothing."""
    with provider.failing(StalledBody(0.01)):
        head, _, body = everything(dial("discovery")).partition(b"\r\n\r\n")
    assert (
        f"Content-Length: {2 * len(body)}".encode() in head or f"Content-Length: {2 * len(body) + 1}".encode() in head
    )


def test_delayed(provider: Provider, client: OAuthClient) -> None:
    """The whole answer comes, later."""
    with provider.failing(Delayed(0.01)):
        assert client.get("discovery").json()["issuer"] == provider.issuer


def test_slow_drip(provider: Provider, dial: Dial) -> None:
    """The answer comes in pieces and is complete."""
    with provider.failing(SlowDrip(size=64, seconds=0.001)):
        connection = dial("discovery")
        first = connection.recv(65536)
        assert len(first) < 300
        assert provider.issuer.encode() in first + everything(connection)


@pytest.mark.parametrize("reset", [False, True])
def test_truncated(provider: Provider, dial: Dial, reset: bool) -> None:
    """Less comes than was promised, and the connection ends, one way or the other."""
    with provider.failing(Truncated(reset)):
        connection = dial("discovery")
        try:
            head, _, body = everything(connection).partition(b"\r\n\r\n")
        except ConnectionResetError:
            assert reset
            return
    assert not reset
    assert int(head.lower().partition(b"content-length: ")[2].split()[0]) > len(body) > 0


@pytest.mark.parametrize(
    "fault", [WrongLength(10), BrokenChunking(), Garbage(), Garbage(b"SSH-2.0-x\r\n"), Truncated()]
)
def test_what_is_not_http(provider: Provider, client: OAuthClient, fault: WireFault) -> None:
    """An HTTP library refuses what came."""
    with provider.failing(fault), pytest.raises(httpx.RemoteProtocolError):
        client.get("discovery")


def test_too_short_a_length(provider: Provider, client: OAuthClient) -> None:
    """A client that believes the length reads half a document."""
    with provider.failing(WrongLength(-10)):
        text = client.get("discovery").text
    assert text.startswith('{"issuer"')
    assert not text.endswith("}")


@pytest.mark.parametrize("how", [Reset(), Closed(), Stall(0.01), Truncated(), Garbage()], ids=repr)
def test_lost_answer(provider: Provider, client: OAuthClient, how: WireFault) -> None:
    """The rotation happened, and the client does not know."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(LostAnswer(how), at="token"), pytest.raises(httpx.HTTPError):
        client.refresh(token)
    assert "spent" in client.refresh(token).json()["error_description"]


@pytest.mark.parametrize("fault", [Reset(), Closed(), Stall(0.01), Garbage()], ids=repr)
def test_nothing_is_processed(provider: Provider, client: OAuthClient, fault: WireFault) -> None:
    """Faults in the endpoint's place leave the refresh token as it was."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(fault, at="token"), pytest.raises(httpx.HTTPError):
        client.refresh(token)
    assert client.refresh(token).status_code == 200


def test_the_journal_tells_what_was_seen(provider: Provider, client: OAuthClient) -> None:
    """Status 0 where the client saw none, the true one where the head went out."""
    with provider.script("discovery", Reset(), Truncated()):
        for _ in range(2):
            with pytest.raises(httpx.HTTPError):
                client.get("discovery")
    assert [(exchange.status, exchange.faults) for exchange in provider.journal] == [
        (0, ("Reset()",)),
        (200, ("Truncated()",)),
    ]


def test_refused_and_nobody_came(provider: Provider) -> None:
    """A provider that nobody wanted to reach was not refused to anybody."""
    fault = Refused()
    with provider.failing(fault, optional=True):
        pass
    with pytest.raises(FaultNotMet, match="no request arrived"), provider.failing(Reset()):
        pass
