"""Providers that tests start: stopped when the test ends, and checked for crashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fakeprovider import Provider

Serve = Callable[..., Provider]
"""Starts a provider: `serve("keycloak", device_interval=0)` takes what `Provider` takes."""


@contextmanager
def serving(**defaults: Any) -> Iterator[Serve]:
    """Yield a function that starts providers with `defaults`; afterwards all are stopped and none may have crashed."""
    providers: list[Provider] = []

    def start(*arguments: Any, **knobs: Any) -> Provider:
        provider = Provider(*arguments, **{**defaults, **knobs})
        providers.append(provider)
        return provider.start()

    try:
        yield start
    finally:
        for provider in providers:
            provider.stop()
    assert [crash for provider in providers for crash in provider.crashes] == []
