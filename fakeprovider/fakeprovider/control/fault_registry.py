"""Faults in force until they are disarmed: where Python has a block, HTTP has arm and disarm."""

from __future__ import annotations

import functools
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.errors import FaultNotMet
from fakeprovider.faults.armed import ArmedFault, arm
from fakeprovider.faults.text import parse

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


_REMEMBERED = 200  # disarmed faults whose counts can still be read


@dataclass
class Weapon:
    """One armed fault or sequence; once it is disarmed, `message` says why it proves nothing, if it does not."""

    id: int
    armed: ArmedFault
    block: AbstractContextManager[None] = field(repr=False)
    message: str = ""
    in_force: bool = True
    timer: threading.Timer | None = field(default=None, repr=False)


class Armory:
    """The faults of one provider that were armed from outside, and what is to end by itself."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._numbers = itertools.count(1)
        self._weapons: dict[int, Weapon] = {}
        self._gone: deque[Weapon] = deque(maxlen=_REMEMBERED)
        self._for_good: list[str] = []
        self._timers: list[threading.Timer] = []
        self._lock = threading.RLock()

    def __iter__(self) -> Iterator[Weapon]:
        """Those in force, then those that were disarmed, latest last."""
        with self._lock:
            return iter((*self._weapons.values(), *self._gone))

    def get(self, number: int) -> Weapon | None:
        """The one of that id, in force or not."""
        return next((weapon for weapon in self if weapon.id == number), None)

    def arm(self, armed: Sequence[ArmedFault], seconds: float | None = None) -> list[Weapon]:
        """Put them in force, all or none; for `seconds` of real time where given. Raises `SettingError`."""
        with self._lock, ExitStack() as undo:
            weapons = []
            for entry in armed:
                block = arm(self._provider, [entry])
                block.__enter__()
                weapon = Weapon(next(self._numbers), entry, block)
                self._weapons[weapon.id] = weapon
                undo.callback(self.disarm, weapon)
                weapons.append(weapon)
            undo.pop_all()
            if seconds is not None:
                for weapon in weapons:
                    weapon.timer = self.later(seconds, functools.partial(self.disarm, weapon))
            return weapons

    def arm_for_good(self, text: str) -> list[Weapon]:
        """Arm a text, and arm it again after every reset."""
        weapons = self.arm(parse(text))
        self._for_good.append(text)
        return weapons

    def arm_again(self) -> None:
        """Arm everything anew that was armed for good."""
        for text in self._for_good:
            self.arm(parse(text))

    def disarm(self, weapon: Weapon) -> Weapon:
        """Take it out of force; one that is disarmed already is left alone."""
        with self._lock:
            if not weapon.in_force:
                return weapon
            weapon.in_force = False
            del self._weapons[weapon.id]
            self._gone.append(weapon)
            if weapon.timer is not None:
                weapon.timer.cancel()
            try:
                weapon.block.__exit__(None, None, None)
            except FaultNotMet as error:
                weapon.message = str(error)
            return weapon

    def clear(self) -> list[Weapon]:
        """Disarm everything in force and forget the rest; returns what was in force."""
        with self._lock:
            weapons = [self.disarm(weapon) for weapon in reversed(tuple(self._weapons.values()))][::-1]
            self._gone.clear()
            return weapons

    def later(self, seconds: float, act: Callable[[], object]) -> threading.Timer:
        """Call `act` after `seconds` of real time, unless everything ends before."""
        timer = threading.Timer(seconds, act)
        timer.daemon = True
        with self._lock:
            self._timers = [running for running in self._timers if running.is_alive()]
            self._timers.append(timer)
            timer.start()
        return timer

    def close(self) -> list[Weapon]:
        """Disarm everything and call off what was to happen later."""
        for timer in self._timers:
            timer.cancel()
        return self.clear()
