"""Faults in force: aim, count, and the proof that they were met."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from fakeprovider.errors import FaultNotMet, SettingError
from fakeprovider.faults.base import Fault
from fakeprovider.faults.trigger import Trigger

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider import Provider


class Step(NamedTuple):
    """A fault (None: let the request pass) for the next `times` requests; None for all that come."""

    fault: Fault | None
    times: int | None = 1


class Armed:
    """Steps in force on the requests of a trigger: the n-th request meets the n-th turn.

    `seen` counts the requests that were aimed at, `fired` those that a fault really touched. A lone fault that finds
    nothing to bend in a request (no token was signed, the member is not there) keeps its turn for the next one; in a
    sequence every request takes one.
    """

    def __init__(self, steps: Sequence[Step], trigger: Trigger | None = None) -> None:
        self.steps = tuple(steps)
        self.trigger = trigger or Trigger()
        self.seen = 0
        self.fired = 0
        self.overruled = 0
        self._taken = 0
        self._ended = False
        self._met: list[Fault] = []
        self._lock = threading.Lock()
        _check(self.steps, self.trigger)

    def __repr__(self) -> str:
        from fakeprovider.faults.text import spell  # not above: the text form builds on this module

        return spell(self)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults of all steps, in order."""
        return tuple(step.fault for step in self.steps if step.fault is not None)

    @property
    def unmet(self) -> tuple[Fault, ...]:
        """The faults that have touched nothing so far."""
        return tuple(fault for fault in self.faults if fault not in self._met)

    def meet(self, call: Call) -> Fault | None:
        """Take this request's turn if it is one that was aimed at: the fault to act on it, or None."""
        with self._lock:
            if self._ended or not self.trigger.aims_at(call, self._lone):
                return None
            if self.trigger.until is not None and self.trigger.until(call):
                self._ended = True
                return None
            self.seen += 1
            if self.seen <= self.trigger.after:
                return None
            fault = self._at_turn(self._taken)
            # A lone fault may get a turn back later, so requests that come when there is none left are not counted.
            self._taken += fault is not None or len(self.steps) > 1
            return fault

    def touch(self, fault: Fault, times: int = 1) -> None:
        """Count that `fault` touched something."""
        if times:
            with self._lock:
                self.fired += times
                self._met.append(fault)

    def pass_on(self, *, overruled: bool = False) -> None:
        """Hear that the turn taken last came to nothing: a lone fault gets it back."""
        with self._lock:
            self.overruled += overruled
            if len(self.steps) == 1:
                self._taken -= 1

    @property
    def _lone(self) -> Fault | None:
        return self.steps[0].fault if len(self.steps) == 1 else None

    def _at_turn(self, turn: int) -> Fault | None:
        for fault, times in self.steps:
            if times is None or turn < times:
                return fault
            turn -= times
        return None


@contextmanager
def arm(provider: Provider, armed: Sequence[Armed]) -> Iterator[None]:
    """Keep `armed` in force for a block, then raise `FaultNotMet` for any fault that nothing ever met."""
    mark = provider.journal.mark()
    begun: list[tuple[Armed, Fault]] = []
    provider.armed.extend(armed)
    try:
        for entry in armed:
            for fault in _each_once(entry.faults):
                fault.begin(provider)
                begun.append((entry, fault))
        yield
    finally:
        for entry in armed:
            provider.armed.remove(entry)
        for entry, fault in reversed(begun):
            entry.touch(fault, fault.end(provider))
    for entry in armed:
        if entry.unmet and not entry.trigger.optional:
            raise FaultNotMet(_not_met(provider, entry, mark))


def plan(faults: Sequence[object], trigger: Trigger, times: int | None) -> list[Armed]:
    """Every fault on the requests of `trigger`, ready to be armed; a text brings a trigger of its own."""
    from fakeprovider.faults.text import parse  # not above: the text form builds on this module

    armed: list[Armed] = []
    for fault in faults:
        if not isinstance(fault, str):
            armed.append(Armed(steps_of([fault], times), trigger))
        elif trigger == Trigger() and times is None:
            armed += parse(fault)
        else:
            raise SettingError(f"the text {fault!r} says itself when it applies; leave out at, grant, times, ...")
    if not armed:
        raise SettingError("failing() needs at least one fault, as in failing(ServerError(503), at='token')")
    return armed


def steps_of(faults: Sequence[object], times: int | None) -> list[Step]:
    """One step per fault, or `SettingError` for what is no fault."""
    if not (times is None or (type(times) is int and times > 0)):
        raise SettingError(
            f"times is expected to be a whole number from 1 up, or None for every request; got {times!r}"
        )
    return [Step(_checked(fault), times) for fault in faults]


def _checked(fault: object) -> Fault | None:
    if fault is None or isinstance(fault, Fault):
        return fault
    if isinstance(fault, type) and issubclass(fault, Fault):
        raise SettingError(f"expected a fault such as ServerError(503), got its class; write {fault.__name__}(...)")
    raise SettingError(f"expected a fault such as ServerError(503), got {fault!r}")


def _check(steps: tuple[Step, ...], trigger: Trigger) -> None:
    faults = [fault for fault, _ in steps if fault is not None]
    if not faults:
        raise SettingError("at least one fault is needed, as in failing(ServerError(503), at='token')")
    for fault in faults:
        trigger.check(fault)
    counted = len(steps) > 1 or steps[0].times is not None
    if counted and (whole := next((fault for fault in faults if fault.whole_provider), None)) is not None:
        raise SettingError(
            f"{whole!r} concerns the whole provider and cannot be counted; leave out times and sequences"
        )


def _each_once(faults: Sequence[Fault]) -> list[Fault]:
    # By identity: two equal faults keep their own state, and one with a list in it cannot be hashed.
    return list({id(fault): fault for fault in faults}.values())


def _not_met(provider: Provider, entry: Armed, mark: int) -> str:
    meanwhile = provider.journal.since(mark)
    lines = "\n".join(f"  {exchange.line}" for exchange in meanwhile) or "  (no request arrived)"
    whole = repr(entry)
    what = whole if len(entry.steps) == 1 else f"{entry.unmet[0]!r}, of the sequence\n  {whole}"
    why = f"{entry.overruled} requests were answered by another fault in its place.\n" if entry.overruled else ""
    return (
        f"the fault was armed and never met: {what}.\n"
        f"{why}"
        f"Meanwhile the provider received:\n{lines}\n"
        "Aim it at a request the client really makes, or arm it with optional=True where not meeting it is fine."
    )
