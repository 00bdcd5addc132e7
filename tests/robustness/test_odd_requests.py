"""Thousands of requests that are nearly right: each one is answered, by a status that is the client's fault."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from fakeprovider import Provider
from fakeprovider.dialects import built_in
from tests.support.providers import Serve
from tests.support.wire import Wire

from .oddities import Oddities, Place, places_of, places_of_api

AT_THE_PROVIDER = 750
AT_THE_API = 90
USERS = ["approves", "denies", "ignores"]


@pytest.mark.parametrize("dialect", sorted(built_in()))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_request_is_too_odd(serve: Serve, dialect: str, seed: int) -> None:
    """Odd methods, paths, headers, content types, encodings, parameters, JSON: never a 5xx, never silence."""
    provider = serve(dialect)
    getattr(provider.user, USERS[seed % 3])()
    odd = Oddities(provider, seed)
    answered = ask(provider.origin, odd, places_of(provider), AT_THE_PROVIDER)
    answered += ask(provider.api, odd, places_of_api(provider), AT_THE_API)
    # They got somewhere, and were sent away for many reasons.
    assert {200, 302, 400, 401, 404, 405} <= set(answered), answered


def ask(url: str, odd: Oddities, places: tuple[Place, ...], count: int) -> Counter[int]:
    """How often each status was answered; 5xx and hanging up without an answer fail, with the request."""
    answered: Counter[int] = Counter()
    with Wire(url) as wire:
        for number, request in enumerate(itertools.islice(odd.requests(places), count)):
            status = wire.ask(request).status
            assert 200 <= status < 500, f"request {number} was answered {status}: {request[:2000]!r}"
            answered[status] += 1
    return answered


def test_the_same_requests_for_a_seed(serve: Serve) -> None:
    """A failure can be had again: method, path and headers are drawn by the seed alone."""

    def first_lines(provider: Provider) -> list[bytes]:
        requests = itertools.islice(Oddities(provider, 7).requests(places_of(provider)), 50)
        return [request.split(b"?")[0].split(b"\r\n")[0] for request in requests]

    assert first_lines(serve()) == first_lines(serve())
