"""When faults apply, how they combine, and what happens when they do not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx
import pytest

from fakeprovider import FaultNotMet, Provider, SettingError
from fakeprovider.context import Call
from fakeprovider.faults import (
    AnswerFault,
    ExtraMember,
    Hold,
    HtmlPage,
    MissingMember,
    Refused,
    ReplayConflict,
    Reset,
    RevokedSession,
    ServerError,
    StateFault,
    Truncated,
    WrongClaim,
    WrongIssuer,
    WrongMember,
)
from fakeprovider.faults.base import FaultTarget, InForce
from fakeprovider.server.answer import Answer
from tests.fakeprovider.faults.conftest import Dial
from tests.support.oauth_client import OAuthClient
from tests.support.wire import everything


def statuses(client: OAuthClient, times: int) -> list[int]:
    """What so many requests for the discovery document get."""
    return [client.get("discovery").status_code for _ in range(times)]


def test_after_and_times(provider: Provider, client: OAuthClient) -> None:
    """The first requests pass, then so many fail, then all pass."""
    with provider.failing(ServerError(500), at="discovery", after=1, times=2) as armed:
        assert statuses(client, 5) == [200, 500, 500, 200, 200]
    assert (armed.seen, armed.fired) == (5, 2)


def test_script(provider: Provider, client: OAuthClient) -> None:
    """The n-th request meets the n-th fault; None lets one pass, and after the last one all pass."""
    with provider.script("discovery", ServerError(500), None, ServerError(502)):
        assert statuses(client, 5) == [500, 200, 502, 200, 200]


def test_grant_and_client(provider: Provider, client: OAuthClient) -> None:
    """Only the grant and the client that were aimed at are met."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(ServerError(500), grant="refresh_token", client="cli"):
        assert client.poll("any").status_code == 400
        assert client.request("token", grant_type="refresh_token", client_id="other").status_code == 400
        assert client.refresh(token).status_code == 500


def test_when_and_until(provider: Provider, client: OAuthClient) -> None:
    """Conditions of one's own: which requests, and from which one on no more."""
    with provider.failing(ServerError(500), at="token", when=lambda call: call.members["refresh_token"] == "a"):
        assert [client.refresh(token).status_code for token in "aba"] == [500, 400, 500]
    with provider.failing(ServerError(500), at="token", until=lambda call: call.members["refresh_token"] == "b"):
        assert [client.refresh(token).status_code for token in "aba"] == [500, 400, 400]


def test_every_endpoint_but_the_api(provider: Provider, client: OAuthClient) -> None:
    """Without an aim the whole provider is met, and its API goes on."""
    with provider.failing(ServerError(500)):
        assert [client.get("discovery").status_code, client.refresh("x").status_code] == [500, 500]
        assert client.http.get(f"{provider.origin}/nowhere").status_code == 500
        assert client.http.get(provider.api).status_code == 401
    with provider.failing(ServerError(500), at="api"):
        assert client.http.get(provider.api).status_code == 500


def test_a_fault_without_aim_keeps_to_its_endpoints(provider: Provider, client: OAuthClient) -> None:
    """A replay conflict is nothing a discovery document can have."""
    with provider.failing(ReplayConflict()):
        assert client.get("discovery").status_code == 200
        assert client.refresh("any").status_code == 409


def test_nested_blocks(provider: Provider, client: OAuthClient) -> None:
    """An inner block has the last word while it lasts, the outer one goes on after it."""
    with provider.failing(ServerError(500), at="discovery"):
        with provider.failing(ServerError(502), at="discovery"):
            assert statuses(client, 1) == [502]
        assert statuses(client, 1) == [500]
    assert statuses(client, 1) == [200]


def test_the_overruled_turn_is_kept(provider: Provider, client: OAuthClient) -> None:
    """A fault that another one spoke for keeps its turn."""
    with provider.failing(ServerError(500), at="discovery", times=1) as outer:
        with provider.failing(ServerError(502), at="discovery", times=1):
            assert statuses(client, 1) == [502]
        assert (outer.fired, outer.overruled) == (0, 1)
        assert statuses(client, 2) == [500, 200]


def test_a_turn_given_back_survives_a_crowd(provider: Provider, client: OAuthClient) -> None:
    """Requests that came while a lone fault had no turn left do not use up the one it gets back."""
    hold = Hold()
    with ThreadPoolExecutor() as threads, provider.failing(WrongClaim("sub", "x"), at="token", times=1) as armed:
        with provider.failing(hold, at="token", times=1):
            fruitless = threads.submit(client.refresh, "never issued")
            assert hold.wait_for_arrival()
            client.refresh("never issued")
            hold.release()
            fruitless.result()
        client.sign_in_by_device()
    assert armed.fired == 1


def test_seams_combine(provider: Provider, client: OAuthClient) -> None:
    """Document, answer and wire faults act on one exchange, in that order."""
    with provider.failing(ExtraMember("x", 1), WrongIssuer("https://a.invalid"), at="discovery"):
        document = client.get("discovery").json()
    assert (document["issuer"], document["x"]) == ("https://a.invalid", 1)
    assert provider.journal.since(0)[-1].faults == (
        "WrongIssuer(issuer='https://a.invalid')",
        "ExtraMember(name='x', value=1)",
    )


def test_half_a_page(provider: Provider, dial: Dial) -> None:
    """A wire fault delivers what the response fault answered."""
    with provider.failing(Truncated(), HtmlPage(502), at="discovery"):
        answer = everything(dial("discovery"))
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"<!doctype html>" in answer
    assert b"</h1>" not in answer


def test_what_is_silenced_was_not_met(provider: Provider, client: OAuthClient) -> None:
    """Where nothing is answered no answer can be bent, which the failure says; state faults act all the same."""
    token = client.sign_in_by_device()["refresh_token"]
    with (
        pytest.raises(FaultNotMet, match=r"never met: .*WrongIssuer\(.*\n1 requests were answered by another fault"),
        provider.failing(WrongIssuer(), at="discovery"),
        provider.failing(Reset(), at="discovery"),
        pytest.raises(Exception, match=r"reset|disconnected"),
    ):
        client.get("discovery")
    with provider.failing(RevokedSession(), Reset(), at="token"), pytest.raises(Exception, match=r"reset|disconnected"):
        client.refresh(token)
    assert "over" in client.refresh(token).json()["error_description"]


def test_never_met(provider: Provider, client: OAuthClient) -> None:
    """A fault that nothing met fails the block and tells what the client did instead."""
    with pytest.raises(FaultNotMet) as failure, provider.failing(ServerError(503), grant="refresh_token", times=1):
        client.get("discovery")
    assert str(failure.value) == (
        "the fault was armed and never met: token[refresh_token] : ServerError(status=503) x1.\n"
        "Meanwhile the provider received:\n"
        "  #1 GET /.well-known/openid-configuration (discovery) -> 200\n"
        "Aim it at a request the client really makes, or arm it with optional=True where not meeting it is fine."
    )


def test_a_step_never_met(provider: Provider, client: OAuthClient) -> None:
    """Every fault of a sequence has to be met."""
    with (
        pytest.raises(FaultNotMet, match=r"never met: Reset\(\), of the sequence\n  discovery : ServerError"),
        provider.script("discovery", ServerError(500), Reset()),
    ):
        client.get("discovery")


def test_optional(provider: Provider) -> None:
    """What is optional may go unmet."""
    with provider.failing(ServerError(503), optional=True), provider.script("token", Reset(), optional=True):
        pass


def test_an_absent_member_cannot_be_missing(provider: Provider, client: OAuthClient) -> None:
    """A misspelt member is not met instead of silently doing nothing."""
    for fault in (MissingMember("isuer"), WrongMember("isuer", 1)):
        with pytest.raises(FaultNotMet), provider.failing(fault, at="discovery"):
            client.get("discovery")


def test_a_failing_test_is_not_talked_over(provider: Provider) -> None:
    """What the block raised comes out, not that the fault was unmet; the fault is gone."""
    with pytest.raises(KeyError), provider.failing(Reset()):
        raise KeyError
    assert provider.armed == []


@pytest.mark.parametrize(
    ("aim", "words"),
    [
        ({"at": "tokn"}, "Did you mean 'token'"),
        ({"at": "token", "grant": "refresh"}, "Did you mean 'refresh_token'"),
        ({"at": "jwks", "grant": "refresh_token"}, "narrows the token endpoint"),
        ({"after": -1}, "whole number from 0 up"),
        ({"after": "1"}, "whole number from 0 up"),
        ({"times": 0}, "whole number from 1 up"),
        ({"times": True}, "whole number from 1 up"),
        ({"client": 5}, "client is expected to be text"),
        ({"when": "now"}, "a function or None"),
    ],
)
def test_bad_aims(provider: Provider, aim: dict[str, object], words: str) -> None:
    """An aim that means nothing is refused before anything is armed."""
    with pytest.raises(SettingError, match=words), provider.failing(ServerError(503), **aim):  # type: ignore[arg-type]  # on purpose
        pass
    assert provider.armed == []


def test_a_fault_of_ones_own_lives_as_long_as_its_block(provider: Provider, client: OAuthClient) -> None:
    """What `in_force` yields acts and tells what it met unseen; it cleans up, whatever the block raises."""
    lived: list[str] = []

    @dataclass(frozen=True)
    class Marked(AnswerFault):
        """Mark an answer with what is known only while the fault is armed."""

        _mark: str = field(default="unarmed", init=False, repr=False, compare=False)

        @contextmanager
        def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
            lived.append("begun")
            try:
                yield InForce(self.with_state(_mark=provider.origin), unseen=lambda: 3)
            finally:
                lived.append("over")

        def response(self, _call: Call, answer: Answer) -> Answer:
            return replace(answer, headers=[("Marked", self._mark)])

    with provider.failing(Marked(), at="discovery") as armed:
        assert client.get("discovery").headers["marked"] == provider.origin
        assert armed.fired == 1
    assert (lived, armed.fired, armed.unmet) == (["begun", "over"], 4, ())
    with pytest.raises(KeyError), provider.failing(Marked()):
        raise KeyError
    assert lived == ["begun", "over"] * 2


def test_what_an_earlier_fault_set_up_is_cleaned_up_where_a_later_one_cannot_be_armed(provider: Provider) -> None:
    """Nothing is armed then, and the provider answers."""
    with pytest.raises(SettingError, match="speaks http"), provider.failing("Refused() ; UnknownCa()"):
        pass
    assert provider.armed == []
    assert httpx.get(provider.url("discovery")).status_code == 200


@pytest.mark.parametrize("name", ["begin", "end"])
def test_a_fault_with_begin_or_end_is_told_of_in_force(name: str) -> None:
    """The methods of before would never be called; a setting may be called like that."""
    with pytest.raises(TypeError, match=rf"^Old.{name}\(\) would never be called: .* override in_force\(provider\)"):
        type("Old", (StateFault,), {name: print})
    assert issubclass(type("New", (StateFault,), {name: 5}), StateFault)


def test_bad_faults(provider: Provider) -> None:
    """What is no fault, a class instead of a value, nothing at all, a seam the endpoint does not have."""
    with pytest.raises(SettingError, match=r"at least one fault"), provider.failing():
        pass
    with pytest.raises(SettingError, match=r"got 503"), provider.failing(503):  # type: ignore[arg-type]  # on purpose
        pass
    with pytest.raises(SettingError, match=r"write Reset\(\.\.\.\)"), provider.failing(Reset):  # type: ignore[arg-type]  # on purpose
        pass
    with pytest.raises(SettingError, match=r"aim it at discovery"), provider.failing(WrongIssuer(), at="token"):
        pass
    with pytest.raises(SettingError, match=r"at least one fault"), provider.script("token", None):
        pass


@pytest.mark.parametrize("aim", [{"at": "token"}, {"client": "cli"}, {"after": 1}, {"times": 1}])
def test_the_whole_provider_cannot_be_narrowed(provider: Provider, aim: dict[str, object]) -> None:
    """A refused connection never says what it wanted."""
    with pytest.raises(SettingError, match="whole provider"), provider.failing(Refused(), **aim):  # type: ignore[arg-type]  # on purpose
        pass
