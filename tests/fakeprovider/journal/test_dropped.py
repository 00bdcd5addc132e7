"""The journal takes no more memory than it may, and says everywhere what it let go."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from fakeprovider import Journal, Provider, SettingError
from fakeprovider.journal import Noise
from tests.fakeprovider.journal.test_journal import exchange
from tests.support.providers import Serve

MEGABYTE = 2**20


def test_bodies_headers_paths_and_forms_count() -> None:
    """Whatever takes the memory, the newest that fit are kept."""
    parts: list[dict[str, Any]] = [
        {"request_body": b"x" * MEGABYTE},
        {"response_body": b"x" * MEGABYTE},
        {"request_headers": (("X-Long", "x" * MEGABYTE),)},
        {"response_headers": (("X-Long", "x" * MEGABYTE),)},
        {"path": "/" + "x" * MEGABYTE},
        {"form": {"long": "x" * MEGABYTE}},
        {"note": "x" * MEGABYTE},
    ]
    for part in parts:
        journal = Journal(1000, most_bytes=5 * MEGABYTE)
        for number in range(1, 11):
            journal.record(exchange(number, **part))
        assert ([one.number for one in journal], journal.dropped) == ([7, 8, 9, 10], 6)


def test_the_newest_is_always_there() -> None:
    """Even where it alone is more than the journal may keep."""
    journal = Journal(1000, most_bytes=1000)
    journal.record(exchange(1))
    journal.record(exchange(2, request_body=b"x" * MEGABYTE))
    assert [one.number for one in journal] == [2]
    journal.record(exchange(3))
    assert ([one.number for one in journal], journal.dropped) == ([3], 2)


def test_cleared_it_has_room_again() -> None:
    """And nothing counts as dropped any more."""
    journal = Journal(1000, most_bytes=2 * MEGABYTE)
    for number in range(1, 5):
        journal.record(exchange(number, request_body=b"x" * (MEGABYTE - 1000)))
    journal.clear()
    assert (len(journal), journal.dropped) == (0, 0)
    for number in range(5, 7):
        journal.record(exchange(number, request_body=b"x" * (MEGABYTE - 1000)))
    assert (len(journal), journal.dropped) == (2, 0)


def test_noise_is_bounded_too() -> None:
    """What never became a request may be as long as one."""
    journal = Journal(1000, most_bytes=MEGABYTE)
    for number in range(100):
        journal.noise.append(Noise(str(number), b"x" * 60_000))
    assert [noise.what for noise in journal.noise][-1] == "99"
    assert len(journal.noise) < 18


def test_a_flood_of_long_requests_stays_within_its_bytes(serve: Serve, http: httpx.Client) -> None:
    """Forty megabytes arrive, four are kept."""
    provider = serve(journal_bytes=4 * MEGABYTE)
    for _ in range(40):
        http.post(provider.url("token"), content=b"x" * 1_000_000)
    kept = sum(len(one.request_body) for one in provider.journal)
    assert 2_000_000 <= kept <= 4 * MEGABYTE
    assert provider.journal.dropped == 40 - len(provider.journal)


@pytest.fixture
def overrun(serve: Serve, http: httpx.Client) -> Provider:
    """A provider that keeps the newest two of five exchanges."""
    provider = serve(journal_limit=2, control=True)
    for _ in range(5):
        http.get(provider.url("jwks"))
    return provider


def test_it_is_said_where_the_journal_is_read(overrun: Provider, http: httpx.Client) -> None:
    """In Python, over the control API, in the HTTP archive and in the console."""
    assert overrun.control is not None
    journal, control = overrun.journal, overrun.control.url
    archive: Any = journal.har()
    assert archive["log"]["comment"] == "3 older exchanges were dropped"
    assert http.get(f"{control}/journal/har").json()["log"]["comment"] == "3 older exchanges were dropped"
    assert (journal.dropped, http.get(f"{control}/journal").json()["dropped"]) == (3, 3)
    assert "(3 older exchanges were dropped)" in http.get(f"{control}/journal/timeline").text
    page = http.get(f"{control}/console").text
    assert re.search(
        r'id="dropped" data-live><p class="help">3 older exchanges were dropped: the journal keeps 2', page
    )


def test_it_is_not_said_where_nothing_was_dropped(serve: Serve, http: httpx.Client) -> None:
    """An archive has no comment then, and the console no line."""
    provider = serve(control=True)
    assert provider.control is not None
    archive: Any = provider.journal.har()
    assert "comment" not in archive["log"]
    assert "were dropped" not in http.get(f"{provider.control.url}/console").text


def test_a_budget_is_not_judged_by_half_a_journal(overrun: Provider, http: httpx.Client) -> None:
    """Requests that were let go would let any budget pass; from a mark on that is all there, it is judged."""
    with pytest.raises(SettingError, match=r"cannot be judged: 3 exchanges were dropped .* \(journal_limit, journal_b"):
        overrun.journal.assert_budget(jwks=2)
    mark = overrun.journal.mark()
    http.get(overrun.url("jwks"))
    overrun.journal.assert_budget(since=mark, jwks=1)


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "many"])
def test_the_bytes_are_checked(value: Any) -> None:
    """Like any other setting."""
    with pytest.raises(SettingError, match="provider setting 'journal_bytes': expected a whole number from 1 up"):
        Provider(journal_bytes=value)
