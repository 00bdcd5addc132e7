"""The clock of a client, and the expiry of its access tokens: for the client, at the API, or for both.

A token that expired for the client is one that the client itself takes for too old; one that expired at the API is
refused there. Each can be without the other: clocks differ, and tokens are revoked before their time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, get_args

from pytest_auth_provider.clock.clock import Clock

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.processes.command_builder import CommandBuilder


ExpiredFor = Literal["both", "client", "api"]
"""Who takes an access token for expired: the client and the API, the client alone, or the API alone."""
EXPIRED_FOR: Final[tuple[ExpiredFor, ...]] = get_args(ExpiredFor)

LATER: Final = 360.0
"""Seconds past its expiry to which clocks are moved: more than the five minutes some allow for clocks that differ."""
SHORT_LIFETIME: Final = 1
"""Seconds a token lives where it has to expire by real time. Never 0: golang.org/x/oauth2 and others take that for a
token that never expires."""
WHOLE_SECOND: Final = 1.0
"""Seconds to wait past a short lifetime: for a client that compares whole seconds a token lives as much longer."""
BLOCK_LEEWAY: Final = 60.0
"""Seconds for which the API accepts short-lived tokens while they are issued, so that a login may use its own."""
FOR_EVER: Final = 10 * 365 * 86400.0
"""Seconds for which the API accepts tokens that expired for the client alone."""

_RENAMED = {"tokens_expire_at_once": "let_tokens_expire()"}


class ClientClock:
    """Move the clocks of a client and its provider together, and let access tokens expire."""

    def __init__(self, commands: CommandBuilder, provider: Provider) -> None:
        self._clock = Clock(commands)
        self._provider = provider

    if not TYPE_CHECKING:  # a type checker knows best which members there are

        def __getattr__(self, name: str) -> object:
            hint = f"; write client.clock.{_RENAMED[name]}" if name in _RENAMED else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    @property
    def strategy(self) -> str:
        """How the client's clock is moved: `freezegun`, `python`, `faketime`; or `tokens`, where it cannot be."""
        return self._clock.strategy.name

    @property
    def can_be_moved(self) -> bool:
        """Whether `advance` works for this client."""
        return self._clock.can_be_moved

    def advance(self, seconds: float) -> None:
        """Move the clocks of client and provider `seconds` ahead, without waiting.

        Raises `NotApplicable` for a client whose clock cannot be moved: a contract that needs this does not apply.
        """
        self._clock.advance(seconds, self._provider)

    @contextmanager
    def let_tokens_expire(self, whom: ExpiredFor = "both") -> Iterator[None]:
        """Let the access tokens that are issued within a block have expired when it ends; those after it live on.

        For the client, its clock and the provider's are moved past the expiry together. A client whose clock cannot be
        moved gets tokens with a lifetime of one second, and two seconds are waited for. At the API, tokens expire with
        the provider's clock; with `whom="client"` it accepts them all the same until the test ends, with `whom="api"`
        it refuses them, and no clock is moved. Raises `ValueError` for another `whom`.
        """
        if whom not in EXPIRED_FOR:
            raise ValueError(f"expected whom tokens expire for as one of {', '.join(EXPIRED_FOR)}; got {whom!r}")
        if whom == "api":
            yield
            self._provider.expire_access_tokens()
            return
        yield from self._until_expired_for_client()
        if whom == "client":
            self._provider.leeway = FOR_EVER

    def _until_expired_for_client(self) -> Iterator[None]:
        if self.can_be_moved:
            yield
            self.advance(self._provider.access_token_lifetime + LATER)
            return
        self._provider.keep_access_tokens_expired()  # the leeway is for those of the block
        before = self._provider.access_token_lifetime, self._provider.leeway
        self._provider.access_token_lifetime, self._provider.leeway = SHORT_LIFETIME, BLOCK_LEEWAY
        try:
            yield
        finally:
            self._provider.access_token_lifetime, self._provider.leeway = before
        time.sleep(SHORT_LIFETIME + WHOLE_SECOND)
