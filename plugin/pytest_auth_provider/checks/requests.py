"""Find actions that ask too much of the provider, or of the person: storms of requests, and tab after tab.

What a client is free to do is not counted: to poll while the person has not decided (RFC 8628 3.5), to fetch page after
page from the API, to wait a second before it tries again however long that goes on, to open a page of help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from fakeprovider.vocabulary import RESOURCES
from pytest_auth_provider.browser.visit import AuthorizationRequest
from pytest_auth_provider.checks.finding import Finding

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.outcome.outcome import Outcome


PAUSE: Final = 1.0
"""Seconds: a request that comes later than this after the one before is no part of a storm."""
MOST_PAGES: Final = 3
"""How many sign-in pages one action may open: the first, another one for a second try or account, and one to spare."""


def check_storms(outcome: Outcome, most: int) -> Iterator[Finding]:
    """Yield each endpoint that an action asked more than `most` times, each time shortly after the time before."""
    pressing: dict[str, list[Exchange]] = {}
    for exchange in outcome.exchanges:
        if exchange.endpoint and _is_pressing(exchange):
            pressing.setdefault(exchange.endpoint, []).append(exchange)
    for endpoint, exchanges in pressing.items():
        if len(exchanges) > most and (hurried := _longest_run(exchanges)) > most:
            excerpt = f"{hurried} requests to {endpoint} in quick succession, such as {exchanges[-1].headline}"
            yield Finding("storm", outcome.action, excerpt, "hygiene/call-budget")


def _is_pressing(exchange: Exchange) -> bool:
    """Return whether to repeat a request like this can be a storm: no poll for a decision, no page of the API."""
    if exchange.grant == "device_code":
        return False
    return exchange.endpoint not in RESOURCES or not 200 <= exchange.status < 400


def _longest_run(exchanges: Sequence[Exchange]) -> int:
    """Return how many requests at most came one after another without a pause between two of them."""
    longest = run = 0
    before: float | None = None
    for exchange in exchanges:
        run = run + 1 if before is not None and exchange.monotonic - before < PAUSE else 1
        longest, before = max(longest, run), exchange.monotonic
    return longest


def check_pages(outcome: Outcome, origins: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding where an action opened more than `MOST_PAGES` sign-in pages, the same one or others.

    A sign-in page is an authorization request, or a page at one of the `origins` of the provider.
    """
    pages = [url for url in outcome.opened if AuthorizationRequest.from_url(url) or url.startswith(tuple(origins))]
    if len(pages) > MOST_PAGES:
        shown = pages[-1].partition("?")[0]
        excerpt = f"{len(pages)} sign-in pages were opened in a browser, the last one {shown}"
        yield Finding("tabs", outcome.action, excerpt, "browser/unattended-retries-open-no-more-tabs")
