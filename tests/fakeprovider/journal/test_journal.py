"""The journal: counting, spacing, budgets, and showing what happened."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakeprovider import Exchange, Journal, SettingError
from fakeprovider.faults import ServerError
from tests.support.providers import Serve


def exchange(number: int, *, endpoint: str = "token", monotonic: float = 0.0, **fields: Any) -> Exchange:
    """An exchange as it would have been written down."""
    values: dict[str, Any] = {
        "grant": "refresh_token" if endpoint == "token" else "",
        "client_id": "client",
        "method": "POST",
        "path": f"/{endpoint}",
        "request_headers": (("Host", "127.0.0.1:1"),),
        "request_body": b"",
        "form": {},
        "status": 200,
        "response_headers": (),
        "response_body": b"",
        "note": "",
        "faults": (),
        "at": 1000.0 + monotonic,
        "seconds": 0.001,
    }
    return Exchange(number=number, endpoint=endpoint, monotonic=monotonic, **{**values, **fields})


def journal_of(*exchanges: Exchange, limit: int = 100) -> Journal:
    """A journal that holds these."""
    journal = Journal(limit, ("token", "jwks", "api"), ("refresh_token", "device_code"))
    for one in exchanges:
        journal.arrive()
        journal.record(one)
    return journal


def test_count_and_where_take_the_same_filters(serve: Serve, http: httpx.Client, refresh: Any) -> None:
    """Endpoint, grant, client, status and a mark, each alone and together."""
    provider = serve()
    refresh(provider, provider.issue().refresh_token)
    mark = provider.journal.mark()
    refresh(provider, "nonsense", "other")
    http.get(provider.url("jwks"))

    journal = provider.journal
    assert journal.count() == len(journal) == 3
    assert journal.count(endpoint="token") == 2
    assert journal.count(grant="refresh_token", status=400) == 1
    assert journal.count(client="other", endpoint="token") == 1
    assert journal.count(endpoint="token", since=mark) == 1
    assert [found.number for found in journal.where(endpoint="token")] == [1, 2]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"endpoint": "tokens"}, "endpoint: 'tokens' is not one of 'api', 'jwks', 'token'. Did you mean 'token'?"),
        ({"grant": "refresh"}, "grant: 'refresh' is not one of 'device_code', 'refresh_token'."),
    ],
)
def test_a_filter_that_can_never_match_is_refused(filters: dict[str, str], said: str) -> None:
    """A name with a typing error would count nothing for ever."""
    with pytest.raises(SettingError, match=said.split(" is not")[0]) as caught:
        journal_of().count(**filters)  # type: ignore[arg-type]  # the filters of a table
    assert str(caught.value).startswith(said)


def test_spacing_is_by_the_machines_clock() -> None:
    """Seconds between requests that match; advancing the provider's clock changes nothing."""
    journal = journal_of(
        exchange(1, monotonic=10.0),
        exchange(2, endpoint="jwks", monotonic=11.0),
        exchange(3, monotonic=15.0, at=9999.0),
        exchange(4, monotonic=15.5),
    )
    assert journal.spacing(endpoint="token", grant="refresh_token") == (5.0, 0.5)
    assert journal.spacing() == (1.0, 4.0, 0.5)
    assert journal.spacing(endpoint="jwks") == ()


def test_waiting_ends_with_the_exchange_or_with_what_came_instead(serve: Serve, http: httpx.Client) -> None:
    """A request from elsewhere can be waited for; when it does not come, the message shows the journal."""
    provider = serve()
    asking = threading.Thread(target=http.get, args=(provider.url("jwks"),))
    asking.start()
    assert provider.journal.wait_for(lambda exchange: exchange.endpoint == "jwks").status == 200
    asking.join()
    with pytest.raises(
        TimeoutError, match=r"^no such exchange within 0 s; the journal holds:\n   \+0\.000s #1 GET /jwks"
    ):
        provider.journal.wait_for(lambda exchange: exchange.endpoint == "token", timeout=0)


def test_a_budget_that_holds_says_nothing(serve: Serve, http: httpx.Client) -> None:
    """At most as many as allowed; endpoints that are not named may see any number."""
    provider = serve()
    http.get(provider.url("jwks"))
    http.get(provider.url("discovery"))
    http.get(provider.url("discovery"))
    provider.journal.assert_budget(jwks=1, token=0)
    with pytest.raises(AssertionError):
        provider.journal.assert_budget(jwks=0)
    provider.journal.assert_budget(jwks=0, since=provider.journal.mark())


def test_an_overrun_budget_lists_what_arrived() -> None:
    """The message names every overrun endpoint, and every exchange with its time."""
    journal = journal_of(
        exchange(1, monotonic=5.0, faults=("ServerError(503)",), status=503),
        exchange(2, endpoint="jwks", monotonic=5.25, method="GET"),
        exchange(3, monotonic=6.5, status=400, note="invalid_grant: no"),
    )
    with pytest.raises(AssertionError) as caught:
        journal.assert_budget(token=1, jwks=0, api=0)
    assert str(caught.value) == (
        "the budget was overrun\n"
        "  token: expected at most 1, got 2\n"
        "  jwks: expected at most 0, got 1\n"
        "What arrived:\n"
        "   +0.000s #1 POST /token (token[refresh_token]) -> 503\n"
        "           fault: ServerError(503)\n"
        "   +0.250s #2 GET /jwks (jwks) -> 200\n"
        "   +1.500s #3 POST /token (token[refresh_token]) -> 400\n"
        "           invalid_grant: no"
    )


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"tokn": 1}, "endpoint: 'tokn' is not one of 'api', 'jwks', 'token'. Did you mean 'token'?"),
        ({"token": -1}, "budget of 'token': expected a whole number from 0 up, got -1"),
        ({"token": "1"}, "budget of 'token': expected a whole number from 0 up, got '1'"),
    ],
)
def test_a_budget_that_means_nothing_is_refused(budget: dict[str, Any], said: str) -> None:
    """Unknown endpoints and odd numbers are mistakes of the test, not of the client."""
    with pytest.raises(SettingError) as caught:
        journal_of().assert_budget(**budget)
    assert str(caught.value) == said


def test_the_timeline_tells_when_the_clock_was_moved() -> None:
    """A jump of the provider's clock stands between the exchanges it happened between; dropped ones are counted."""
    journal = journal_of(
        exchange(1),
        exchange(2, monotonic=1.0),
        exchange(3, endpoint="", monotonic=1.5, at=4602.0, status=0),
        limit=2,
    )
    assert journal.timeline() == (
        "(1 older exchanges were dropped)\n"
        "   +0.000s #2 POST /token (token[refresh_token]) -> 200\n"
        "           the provider's clock moved by +3600 s\n"
        "   +0.500s #3 POST / (no endpoint) -> no answer"
    )
    assert journal_of().timeline() == "(no request arrived)"


def test_har_holds_every_exchange(serve: Serve, http: httpx.Client, refresh: Any, tmp_path: Path) -> None:
    """An HTTP Archive 1.2 with whole URLs, bodies, times, and what the provider had to say."""
    provider = serve()
    http.get(provider.url("discovery"), params={"a": "b"})
    with provider.failing(ServerError(503), at="token"):
        refresh(provider, "nonsense")
    log: Any = provider.journal.har()["log"]
    first, second = log["entries"]

    assert log["version"] == "1.2"
    assert first["request"]["url"] == f"{provider.url('discovery')}?a=b"
    assert first["request"]["queryString"] == [{"name": "a", "value": "b"}]
    assert json.loads(first["response"]["content"]["text"])["issuer"] == provider.issuer
    assert second["request"]["postData"]["mimeType"] == "application/x-www-form-urlencoded"
    assert "refresh_token=nonsense" in second["request"]["postData"]["text"]
    assert (second["response"]["status"], second["comment"]) == (503, "ServerError(status=503)")

    file = tmp_path / "journal.har"
    file.touch(0o644)
    provider.journal.write_har(file)
    assert json.loads(file.read_text()) == json.loads(json.dumps(provider.journal.har()))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_har_of_an_answer_that_is_no_text() -> None:
    """Bytes that are no UTF-8 are base64, and an answer that never came has status 0."""
    log: Any = journal_of(exchange(1, response_body=b"\xff"), exchange(2, status=0)).har()["log"]
    assert log["entries"][0]["response"]["content"] == {
        "size": 1,
        "mimeType": "",
        "text": "/w==",
        "encoding": "base64",
    }
    assert log["entries"][1]["response"]["statusText"] == "no answer"
