"""The provider's clock."""

from __future__ import annotations

from fakeprovider.control.bodies import A_CENTURY
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.shapes import ClockView


def now(ask: Ask) -> ClockView:
    """What time it is for the provider."""
    clock = ask.provider.clock
    return ClockView(now=clock.now(), advanced=clock.advanced)


def advance(ask: Ask) -> ClockView:
    """Let seconds pass at once: tokens and codes expire, nobody waits."""
    clock, seconds = ask.provider.clock, ask.body.seconds
    if abs(clock.advanced + seconds) > A_CENTURY:
        raise Rejection(409, f"seconds: {seconds:g} more would be over a century off", {"seconds": "too many"})
    clock.advance(seconds)
    return now(ask)
