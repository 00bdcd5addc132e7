"""Faults in force until they are disarmed: where Python has a block, HTTP has arm and disarm."""

from __future__ import annotations

import functools
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fakeprovider.errors import FaultNotMet
from fakeprovider.faults.armed import ArmedFault, arm
from fakeprovider.faults.text import parse

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


_DISARMED_KEPT: Final = 200  # disarmed faults whose counts can still be read


@dataclass
class RegisteredFault:
    """One armed fault or sequence, with the number it is known by over HTTP.

    `block` keeps it in force until it is left. `message`, filled when it is disarmed, says why the test proved nothing
    ("" where all is well). `timer` disarms it by itself.
    """

    id: int
    armed: ArmedFault
    block: AbstractContextManager[None] = field(repr=False)
    message: str = ""
    in_force: bool = True
    timer: threading.Timer | None = field(default=None, repr=False)


class FaultRegistry:
    """The faults of one provider that were armed over HTTP, and the timers that disarm them."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._numbers = itertools.count(1)
        self._in_force: dict[int, RegisteredFault] = {}
        self._disarmed: deque[RegisteredFault] = deque(maxlen=_DISARMED_KEPT)
        self._permanent: list[str] = []
        self._timers: list[threading.Timer] = []
        self._lock = threading.RLock()

    def __iter__(self) -> Iterator[RegisteredFault]:
        """Iterate over those in force, then those that were disarmed, latest last."""
        with self._lock:
            return iter((*self._in_force.values(), *self._disarmed))

    def get(self, number: int) -> RegisteredFault | None:
        """Return the fault of that id, in force or not, or None."""
        return next((entry for entry in self if entry.id == number), None)

    def arm(self, armed: Sequence[ArmedFault], seconds: float | None = None) -> list[RegisteredFault]:
        """Put faults in force, all or none; for `seconds` of real time where given. Raises `SettingError`."""
        with self._lock, ExitStack() as undo:
            entries = []
            for one in armed:
                block = arm(self._provider, [one])
                block.__enter__()
                entry = RegisteredFault(next(self._numbers), one, block)
                self._in_force[entry.id] = entry
                undo.callback(self.disarm, entry)
                entries.append(entry)
            undo.pop_all()
            if seconds is not None:
                for entry in entries:
                    entry.timer = self.call_later(seconds, functools.partial(self.disarm, entry))
            return entries

    def arm_permanently(self, text: str) -> list[RegisteredFault]:
        """Arm faults written as text, and arm them again after every reset. Raises `SettingError`."""
        entries = self.arm(parse(text))
        self._permanent.append(text)
        return entries

    def rearm(self) -> None:
        """Arm again every fault that was armed with `arm_permanently`."""
        for text in self._permanent:
            self.arm(parse(text))

    def disarm(self, entry: RegisteredFault) -> RegisteredFault:
        """Take a fault out of force; one that is disarmed already is left alone."""
        with self._lock:
            if not entry.in_force:
                return entry
            entry.in_force = False
            del self._in_force[entry.id]
            self._disarmed.append(entry)
            if entry.timer is not None:
                entry.timer.cancel()
            try:
                entry.block.__exit__(None, None, None)
            except FaultNotMet as error:
                entry.message = str(error)
            return entry

    def clear(self) -> list[RegisteredFault]:
        """Disarm everything in force and forget what was disarmed before; returns what was in force."""
        with self._lock:
            entries = [self.disarm(entry) for entry in reversed(tuple(self._in_force.values()))][::-1]
            self._disarmed.clear()
            return entries

    def call_later(self, seconds: float, act: Callable[[], object]) -> threading.Timer:
        """Call `act` after `seconds` of real time, unless `close` comes first."""
        timer = threading.Timer(seconds, act)
        timer.daemon = True
        with self._lock:
            self._timers = [running for running in self._timers if running.is_alive()]
            self._timers.append(timer)
            timer.start()
        return timer

    def close(self) -> list[RegisteredFault]:
        """Disarm everything and cancel all timers; returns what was in force."""
        for timer in self._timers:
            timer.cancel()
        return self.clear()
