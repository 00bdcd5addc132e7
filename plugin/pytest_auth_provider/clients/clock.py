"""The clock of a client, and the expiry of its tokens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_auth_provider.clock.clock import Clock

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.processes.command_builder import CommandBuilder


LEEWAY = 60.0
"""Seconds for which the provider's own resources accept a token issued under `tokens_expire_at_once`."""


class ClientClock:
    """Move the clocks of a client and its provider together, or issue tokens that have expired already.

    `cache_grace` is the client's policy of that name: how many seconds before its expiry a token is refreshed.
    """

    def __init__(self, commands: CommandBuilder, provider: Provider, cache_grace: str) -> None:
        self._clock = Clock(commands)
        self._provider = provider
        self._cache_grace = cache_grace

    @property
    def strategy(self) -> str:
        """How the client's clock is moved: `freezegun`, `python`, `faketime`; or `tokens`, where it cannot be."""
        return self._clock.strategy.name

    def advance(self, seconds: float) -> None:
        """Move the clocks of client and provider `seconds` ahead, without waiting.

        Raises `NotApplicable` for a client whose clock cannot be moved: a contract that needs this does not apply.
        """
        self._clock.advance(seconds, self._provider)

    @contextmanager
    def tokens_expire_at_once(self) -> Iterator[None]:
        """Issue only access tokens that have expired at once, for the time of a block; afterwards all of them have.

        The provider's own resources accept them for another minute, so that a command that uses one at once succeeds.
        Waits at the end of the block, for one second at most, where the tokens had to be issued for one.
        """
        before = self._provider.access_token_lifetime, self._provider.leeway
        # A lifetime of 0 stands for a token that never expires in `golang.org/x/oauth2` and libraries like it, so a
        # client that declares a grace period gets one second.
        lifetime = 1 if int(self._cache_grace or 0) > 1 else 0
        self._provider.access_token_lifetime, self._provider.leeway = lifetime, LEEWAY
        try:
            yield
        finally:
            self._provider.access_token_lifetime, self._provider.leeway = before
        time.sleep(lifetime)  # until the last token that was issued has expired
