"""Storms of requests and tab after tab are found; patience, pages, polls and a page of help are nobody's defect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakeprovider import Exchange
from pytest_auth_provider.checks.requests import check_pages, check_storms
from pytest_auth_provider.outcome.outcome import Outcome

BUDGET = 100
PROVIDER = "http://127.0.0.1:9400"
ASKING = f"{PROVIDER}/authorize?client_id=acme&response_type=code&state="


def asked(
    count: int, apart: float, endpoint: str = "token", grant: str = "refresh_token", status: int = 503
) -> Outcome:
    """An action that asked an endpoint so many times, so many seconds apart."""
    first = Exchange(
        1,
        endpoint,
        grant,
        "acme",
        "POST",
        f"/{endpoint}",
        (),
        b"",
        {},
        status,
        (),
        b"",
        "",
        (),
        at=0,
        monotonic=0,
        seconds=0,
    )
    exchanges = tuple(first._replace(number=number, monotonic=number * apart) for number in range(1, count + 1))
    return Outcome("use", ("acme", "use"), 1, exchanges=exchanges)


@pytest.mark.parametrize("endpoint", ["token", "discovery", "jwks", "registration", "revocation", "api", "userinfo"])
def test_a_storm_is_found(endpoint: str) -> None:
    """Whatever is asked for in vain; the finding tells how often."""
    (finding,) = check_storms(asked(BUDGET + 1, 0.01, endpoint), BUDGET)
    assert (finding.what, finding.contract) == ("storm", "hygiene/call-budget")
    assert finding.excerpt.startswith(f"101 requests to {endpoint} in quick succession, such as #101 POST /{endpoint} ")


def test_the_budget_is_the_adapters() -> None:
    """One more is one too many."""
    assert not list(check_storms(asked(30, 0.01), 30))
    assert list(check_storms(asked(31, 0.01), 30))


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(asked(BUDGET, 0.01), id="a hundred tries"),
        pytest.param(asked(1000, 1.0), id="patience: once a second"),
        pytest.param(asked(5000, 0.01, grant="device_code", status=400), id="polls for a decision"),
        pytest.param(asked(5000, 0.01, "api", "", 200), id="pages of the API"),
        pytest.param(asked(5000, 0.01, "", "", 404), id="routes of the tool's own API that nobody told us"),
    ],
)
def test_what_a_client_is_free_to_do_is_no_storm(outcome: Outcome) -> None:
    """Correct clients differ."""
    assert not list(check_storms(outcome, BUDGET))


def test_bursts_with_pauses_between_are_counted_alone() -> None:
    """Eighty at once, a pause, and eighty again."""
    burst = asked(80, 0.01).exchanges
    later = tuple(exchange._replace(monotonic=exchange.monotonic + 60) for exchange in burst)
    assert not list(check_storms(replace(asked(0, 0), exchanges=burst + later), BUDGET))


def opening(*urls: str) -> Outcome:
    """A login that opened these pages."""
    return Outcome("login", ("acme", "login"), 1, opened=urls)


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param([f"{ASKING}{number}" for number in range(4)], id="another request each time"),
        pytest.param([f"{ASKING}1"] * 4, id="the same request"),
        pytest.param([f"{PROVIDER}/device"] * 4, id="the page for a code"),
        pytest.param(["https://login.example/auth?client_id=a&response_type=code"] * 4, id="at a host of its own"),
    ],
)
def test_tab_after_tab_is_found(urls: list[str]) -> None:
    """The finding tells how many, and keeps what is in the URL to itself."""
    (finding,) = check_pages(opening(*urls), [PROVIDER])
    assert (finding.what, finding.contract) == ("tabs", "browser/unattended-retries-open-no-more-tabs")
    assert finding.excerpt.startswith("4 sign-in pages were opened in a browser, the last one http")
    assert "state" not in finding.excerpt


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param([f"{ASKING}{number}" for number in range(3)], id="three tries"),
        pytest.param(["https://docs.example/help"] * 9, id="help"),
        pytest.param([], id="a pasted code"),
    ],
)
def test_a_few_pages_are_no_finding(urls: list[str]) -> None:
    """Nor is a page that has nothing to do with signing in."""
    assert not list(check_pages(opening(*urls), [PROVIDER]))
