"""Armed faults: which requests they act on, how often they acted, and the error if they never did."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fakeprovider.errors import FaultNotMet, SettingError
from fakeprovider.faults.base import Fault, FaultTarget, InForce
from fakeprovider.faults.trigger import Trigger

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.journal import Journal


class Armable(FaultTarget, Protocol):
    """What `arm` uses of a provider, besides what the faults themselves use."""

    armed: list[ArmedFault]
    disarmed: deque[ArmedFault]

    @property
    def journal(self) -> Journal:
        """The exchanges of the provider, which the error of a fault that was not met lists."""


class Step(NamedTuple):
    """A fault (None: let the request pass) for the next `times` requests; None for all further ones."""

    fault: Fault | None
    times: int | None = 1


class ArmedFault:
    """A fault, or a sequence of steps, that is armed on the requests of a trigger: the n-th request meets the n-th.

    `seen` counts the requests that matched the trigger, `fired` how often a fault really acted, `overruled` how often
    another fault answered in its place. A lone fault that finds nothing to change in a request (no token was signed,
    the member is not there) keeps its turn for the next one; in a sequence every request takes one.
    """

    def __init__(self, steps: Sequence[Step], trigger: Trigger | None = None) -> None:
        self.steps = tuple(steps)
        self.trigger = trigger or Trigger()
        self.seen = 0
        self.fired = 0
        self.overruled = 0
        self._turns_taken = 0
        self._ended = False
        self._met: list[Fault] = []
        self._acting: dict[int, Fault] = {}  # by the identity of the armed fault
        self._lock: AbstractContextManager[object] = threading.Lock()
        _check(self.steps, self.trigger)

    def __repr__(self) -> str:
        from fakeprovider.faults.text import render  # not above: the text form builds on this module

        return render(self)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults of all steps, in order."""
        return tuple(step.fault for step in self.steps if step.fault is not None)

    @property
    def unmet(self) -> tuple[Fault, ...]:
        """The faults that have not acted so far."""
        return tuple(fault for fault in self.faults if fault not in self._met)

    def match(self, call: Call) -> Fault | None:
        """Count the request if it matches the trigger, and return the fault whose turn it is, or None."""
        with self._lock:
            if self._ended or not self.trigger.aims_at(call, self._lone):
                return None
            if self.trigger.until is not None and self.trigger.until(call):
                self._ended = True
                return None
            self.seen += 1
            if self.seen <= self.trigger.after:
                return None
            fault = self._at_turn(self._turns_taken)
            # A lone fault may get a turn back later, so requests that come when there is none left are not counted.
            self._turns_taken += fault is not None or len(self.steps) > 1
            return self._acting.get(id(fault), fault)

    def undo_match(self, *, overruled: bool = False) -> None:
        """Undo the last match: the fault did not act, so it does not count against `times`.

        `overruled` says that another fault acted in its place. In a sequence the turn is not given back.
        """
        with self._lock:
            self.overruled += overruled
            if len(self.steps) == 1:
                self._turns_taken -= 1

    def count(self, fault: Fault, times: int = 1) -> None:
        """Count that `fault` acted."""
        if times:
            with self._lock:
                self.fired += times
                self._met.append(fault)

    def count_within(self, turn: AbstractContextManager[object]) -> None:
        """Count within `turn` from now on, which brings the counts of other processes (`image`, `restore`)."""
        self._lock = turn

    def image(self) -> dict[str, object]:
        """Return the counts as a JSON object, for processes in which the same is armed."""
        faults = self.faults
        return {
            "seen": self.seen,
            "fired": self.fired,
            "overruled": self.overruled,
            "turns_taken": self._turns_taken,
            "met": [place for place, fault in enumerate(faults) if fault in self._met],
        }

    def restore(self, image: Mapping[str, Any]) -> None:
        """Go on counting from `image`."""
        self.seen, self.fired, self.overruled = image["seen"], image["fired"], image["overruled"]
        self._turns_taken = image["turns_taken"]
        self._met = [self.faults[place] for place in image["met"]]

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[None]:
        """Set up every fault for a block, clean up after it, and count how often they acted unseen by the journal."""
        blocks: dict[int, tuple[Fault, InForce]] = {}
        try:
            with ExitStack() as cleanup:
                # By identity: two equal faults keep their own state, and one with a list in it cannot be hashed.
                for fault in {id(fault): fault for fault in self.faults}.values():
                    blocks[id(fault)] = fault, cleanup.enter_context(fault.in_force(provider))
                self._acting = {identity: block.acting for identity, (_, block) in blocks.items()}
                yield
        finally:
            for fault, block in blocks.values():
                self.count(fault, block.unseen())

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
def arm(provider: Armable, armed: Sequence[ArmedFault]) -> Iterator[None]:
    """Keep `armed` in force for a block, then raise `FaultNotMet` if a fault that is not optional never acted."""
    mark = provider.journal.mark()
    with ExitStack() as blocks:
        for entry in armed:
            blocks.enter_context(entry.in_force(provider))
        provider.armed.extend(armed)
        blocks.callback(_disarm, provider, armed)  # before any fault cleans up
        yield
    for entry in armed:
        if entry.unmet and not entry.trigger.optional:
            raise FaultNotMet(_not_met(provider, entry, mark))


def _disarm(provider: Armable, armed: Sequence[ArmedFault]) -> None:
    for entry in armed:
        provider.armed.remove(entry)
        provider.disarmed.append(entry)


def plan(faults: Sequence[object], trigger: Trigger, times: int | None) -> list[ArmedFault]:
    """Return what to arm: every fault on the requests of `trigger`, for each text what it says itself.

    Raises `SettingError` for what is no fault, and for a trigger or `times` beside a text.
    """
    from fakeprovider.faults.text import parse  # not above: the text form builds on this module

    armed: list[ArmedFault] = []
    for fault in faults:
        if not isinstance(fault, str):
            armed.append(ArmedFault(steps_of([fault], times), trigger))
        elif trigger == Trigger() and times is None:
            armed += parse(fault)
        else:
            raise SettingError(f"the text {fault!r} says itself when it applies; leave out at, grant, times, ...")
    if not armed:
        raise SettingError("failing() needs at least one fault, as in failing(ServerError(503), at='token')")
    return armed


def steps_of(faults: Sequence[object], times: int | None) -> list[Step]:
    """Return one step for `times` requests per fault; raise `SettingError` for what is no fault."""
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


def _not_met(provider: Armable, entry: ArmedFault, mark: int) -> str:
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
