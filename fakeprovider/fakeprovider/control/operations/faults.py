"""Faults: what there is, what is in force, what it met."""

from __future__ import annotations

from collections.abc import Sequence

from fakeprovider.control.fault_registry import Weapon
from fakeprovider.control.operation import Ask, Rejection
from fakeprovider.control.requests import Arming, FaultCall
from fakeprovider.control.responses import ArmedView, FaultView, said_of
from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.armed import ArmedFault, Step
from fakeprovider.faults.base import Fault
from fakeprovider.faults.catalogue import catalogue, find_fault
from fakeprovider.faults.state import Hold
from fakeprovider.faults.text import build_fault, parse, parse_fault
from fakeprovider.faults.trigger import Trigger
from fakeprovider.validation import settings_of


def known(ask: Ask) -> list[FaultView]:
    """The catalogue: every fault with its settings and its manual."""
    return [said_of(fault) for fault in catalogue().values()]


def one(ask: Ask) -> FaultView:
    """One fault of the catalogue."""
    try:
        return said_of(find_fault(ask.values["name"]))
    except SettingError as error:
        raise Rejection(404, str(error)) from None


def armed(ask: Ask) -> list[ArmedView]:
    """What is in force, what was armed in Python, and what was disarmed lately, with counts."""
    weapons = tuple(ask.control.armory)
    ours = [weapon.armed for weapon in weapons]
    theirs = [entry for entry in tuple(ask.provider.armed) if not any(entry is own for own in ours)]
    return [*map(view, weapons), *(_view(None, entry, in_force=True, message="") for entry in theirs)]


def arm(ask: Ask) -> list[ArmedView]:
    """Arm a fault, as text or as JSON. A text with several clauses arms one entry for each."""
    body: Arming = ask.body
    if body.text is not None:
        return _armed(ask, parse(body.text), body.seconds)
    fault = made(FaultCall(fault=body.fault or "", settings=body.settings))
    return _armed(ask, [ArmedFault([Step(fault, body.times)], _trigger(body))], body.seconds)


def script(ask: Ask) -> list[ArmedView]:
    """Arm a sequence: the n-th request meets the n-th step."""
    steps = [Step(None) if step is None else Step(made(step), step.times) for step in ask.body.steps]
    return _armed(ask, [ArmedFault(steps, _trigger(ask.body))], ask.body.seconds)


def look(ask: Ask) -> ArmedView:
    """One of them, in force or disarmed."""
    return view(_find(ask))


def disarm(ask: Ask) -> ArmedView:
    """Disarm one and tell what it met; `message` says so where it met nothing, and the test proved nothing."""
    return view(ask.control.armory.disarm(_find(ask)))


def disarm_all(ask: Ask) -> list[ArmedView]:
    """Disarm everything that was armed here, and forget what was disarmed before."""
    return [view(weapon) for weapon in ask.control.armory.clear()]


def release(ask: Ask) -> ArmedView:
    """Let every request go on that `Hold` keeps waiting."""
    weapon = _find(ask)
    holds = [fault for fault in weapon.armed.faults if isinstance(fault, Hold)]
    if not holds:
        raise Rejection(409, f"{weapon.armed!r} holds no requests; only Hold() can be released")
    for hold in holds:
        hold.release()
    return view(weapon)


def made(call: FaultCall) -> Fault:
    """The fault a JSON object stands for, or `SettingError`."""
    if "(" in call.fault:
        if call.settings:
            raise SettingError(f"fault {call.fault!r} brings its settings itself; leave out 'settings'")
        return parse_fault(call.fault)
    kind = find_fault(call.fault)
    accepted = settings_of(kind)
    for name in call.settings:
        choose(f"setting of {kind.__name__}", name, accepted)
    return build_fault(kind, {name: _value(accepted[name], value) for name, value in call.settings.items()})


def view(weapon: Weapon) -> ArmedView:
    """It as JSON."""
    return _view(weapon.id, weapon.armed, in_force=weapon.in_force, message=weapon.message)


def _view(number: int | None, entry: ArmedFault, *, in_force: bool, message: str) -> ArmedView:
    return ArmedView(
        id=number,
        text=repr(entry),
        armed=in_force,
        seen=entry.seen,
        fired=entry.fired,
        never_met=[repr(fault) for fault in entry.unmet],
        message=message,
    )


def _armed(ask: Ask, entries: Sequence[ArmedFault], seconds: float | None) -> list[ArmedView]:
    whole = [fault for entry in entries for fault in entry.faults if fault.whole_provider]
    if whole and seconds is None:
        story = f"{whole[0]!r} keeps everybody away, also whoever would disarm it; say for how many 'seconds'"
        raise Rejection(422, story, {"seconds": "is missing"})
    return [view(weapon) for weapon in ask.control.armory.arm(entries, seconds)]


def _find(ask: Ask) -> Weapon:
    number = ask.values["id"]
    weapon = ask.control.armory.get(int(number)) if number.isascii() and number.isdigit() else None
    if weapon is None:
        ids = ", ".join(str(weapon.id) for weapon in ask.control.armory) or "none"
        raise Rejection(404, f"no fault {number!r} was armed here; there are {ids}")
    return weapon


def _trigger(aim: Arming | object) -> Trigger:
    at, grant, client, after = (getattr(aim, name) for name in ("at", "grant", "client", "after"))
    return Trigger(tuple(at), grant, client, after, optional=bool(getattr(aim, "optional", False)))


def _value(hint: object, value: object) -> object:
    """What JSON cannot say: bytes, and a fault as the setting of another."""
    if hint is bytes and isinstance(value, str):
        return value.encode()
    if isinstance(hint, type) and issubclass(hint, Fault) and isinstance(value, str):
        return parse_fault(value)
    return value
