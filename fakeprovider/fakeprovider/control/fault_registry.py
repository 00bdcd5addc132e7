"""Faults in force until they are disarmed: where Python has a block, HTTP has arm and disarm."""

from __future__ import annotations

import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fakeprovider.errors import FaultNotMet, SettingError
from fakeprovider.faults.armed import ArmedFault, arm
from fakeprovider.faults.base import Fault, TlsFault, WireFault
from fakeprovider.faults.text import parse

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


_DISARMED_KEPT: Final = 200  # disarmed faults whose counts can still be read


@dataclass
class RegisteredFault:
    """One armed fault or sequence, with the number it is known by over HTTP.

    `block` keeps it in force until it is left. `message`, filled when it is disarmed, says why the test proved nothing
    ("" where all is well). `timer` disarms it by itself, at `until` in seconds since the epoch.
    """

    id: int
    armed: ArmedFault
    block: AbstractContextManager[None] = field(repr=False)
    message: str = ""
    in_force: bool = True
    timer: threading.Timer | None = field(default=None, repr=False)
    until: float | None = None

    @functools.cached_property
    def text(self) -> str:
        """What was armed, as text."""
        return repr(self.armed)


class FaultRegistry:
    """The faults of one provider that were armed over HTTP, and the timers that disarm them.

    It is a part of the provider's state (`fakeprovider.state.backend`): what one process arms is in force in all of
    them, and counted together.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._shared = provider.backend.shared
        self._armed_so_far = 0
        self._in_force: dict[int, RegisteredFault] = {}
        self._disarmed: deque[RegisteredFault] = deque(maxlen=_DISARMED_KEPT)
        self._permanent: list[str] = []
        self._timers: list[threading.Timer] = []
        self._lock: AbstractContextManager[object] = provider.backend.turn if self._shared else threading.RLock()

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
                _check_wire(one, self._provider)
                if self._shared:
                    _check_sharable(one)
                self._armed_so_far += 1
                entry = self._put_in_force(self._armed_so_far, one)
                undo.callback(self.disarm, entry)
                entries.append(entry)
            undo.pop_all()
            if seconds is not None:
                for entry in entries:
                    self._end_at(entry, time.time() + seconds)
            return entries

    def _put_in_force(self, number: int, armed: ArmedFault) -> RegisteredFault:
        block = arm(self._provider, [armed])
        block.__enter__()
        if self._shared:
            armed.count_within(self._lock)
        entry = self._in_force[number] = RegisteredFault(number, armed, block)
        return entry

    def _end_at(self, entry: RegisteredFault, until: float) -> None:
        entry.until = until
        entry.timer = self.call_later(max(0.0, until - time.time()), functools.partial(self.disarm, entry))

    def arm_permanently(self, texts: Sequence[str]) -> None:
        """Arm faults written as text, and arm them again after every reset. Raises `SettingError`."""
        self._permanent += texts
        with self._lock:
            # Another process with the same configuration may have armed them already.
            if not (self._shared and self._armed_so_far):
                self.rearm()

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
        """Disarm everything and cancel all timers; returns what was in force.

        Where other processes go on, what is armed is left to them.
        """
        for timer in self._timers:
            timer.cancel()
        return [] if self._shared else self.clear()

    # -- shared with other processes ----------------------------------------------------------------------------

    def image(self) -> dict[str, object]:
        """Return what is in force and what was disarmed lately, with its counts, as a JSON object."""
        entries = [
            {
                "id": entry.id,
                "text": entry.text,
                "in_force": entry.in_force,
                "message": entry.message,
                "until": entry.until,
                "counts": entry.armed.image(),
            }
            for entry in (*self._in_force.values(), *self._disarmed)
        ]
        return {"armed_so_far": self._armed_so_far, "entries": entries}

    def restore(self, image: Mapping[str, Any]) -> None:
        """Put in force here what is in force elsewhere, disarm what is not, and count on."""
        here = {entry.id: entry for entry in (*self._in_force.values(), *self._disarmed)}
        there = {one["id"]: one for one in image["entries"]}
        for number, entry in list(self._in_force.items()):
            if number not in there or not there[number]["in_force"]:
                self.disarm(entry)
        self._disarmed.clear()
        for number, one in there.items():
            entry = here.get(number) or self._take_over(number, one)
            entry.armed.restore(one["counts"])
            entry.message = one["message"]
            if not entry.in_force:
                self._disarmed.append(entry)
        self._armed_so_far = image["armed_so_far"]

    def _take_over(self, number: int, image: Mapping[str, Any]) -> RegisteredFault:
        [armed] = parse(image["text"])
        if not image["in_force"]:
            return RegisteredFault(number, armed, nullcontext(), in_force=False)
        entry = self._put_in_force(number, armed)
        if image["until"] is not None:
            self._end_at(entry, image["until"])
        return entry


def _check_wire(armed: ArmedFault, provider: Provider) -> None:
    """Raise `SettingError` for a fault that needs a socket where the provider has none of its own."""
    for fault in () if provider.socket else armed.faults:
        if isinstance(fault, WireFault | TlsFault):
            raise SettingError(
                f"{fault!r} spoils the connection, which belongs to the WSGI server here; "
                "serve the provider with fakeprovider serve to arm it"
            )


def _check_sharable(armed: ArmedFault) -> None:
    """Raise `SettingError` for what cannot be in force in several processes at once."""
    for fault in armed.faults:
        if type(fault).in_force is not Fault.in_force:
            raise SettingError(
                f"{fault!r} keeps something in the process it is armed in, and several serve this provider; "
                "arm it on a provider without state="
            )
    try:
        same = [repr(one) for one in parse(repr(armed))] == [repr(armed)]
    except SettingError:
        same = False
    if not same:
        raise SettingError(
            f"{armed!r} cannot be written as text, which is how other processes hear of it; "
            "leave out functions, and give settings as literals"
        )
