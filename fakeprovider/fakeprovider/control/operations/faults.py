"""Faults: which there are, which are in force, and what they met."""

from __future__ import annotations

from collections.abc import Sequence

from fakeprovider.control.errors import ApiError
from fakeprovider.control.fault_registry import RegisteredFault
from fakeprovider.control.operation import ApiRequest
from fakeprovider.control.requests import Aim, Arming, FaultCall
from fakeprovider.control.responses import ArmedView, FaultView
from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.armed import ArmedFault, Step
from fakeprovider.faults.base import Fault
from fakeprovider.faults.catalogue import catalogue, find_fault
from fakeprovider.faults.state import Hold
from fakeprovider.faults.text import build_fault, parse, parse_fault
from fakeprovider.faults.trigger import Trigger
from fakeprovider.validation import settings_of


def list_catalogue(request: ApiRequest) -> list[FaultView]:
    """List the catalogue: every fault with its settings and its documentation."""
    return [FaultView.of(fault) for fault in catalogue().values()]


def show_catalogued(request: ApiRequest) -> FaultView:
    """Show one fault of the catalogue."""
    try:
        return FaultView.of(find_fault(request.parameters["name"]))
    except SettingError as error:
        raise ApiError(404, str(error)) from None


def list_armed(request: ApiRequest) -> list[ArmedView]:
    """List what is in force, what was armed in Python, and what was disarmed lately, with counts."""
    entries = tuple(request.control.fault_registry)
    ours = [entry.armed for entry in entries]
    theirs = [armed for armed in tuple(request.provider.armed) if not any(armed is own for own in ours)]
    return [*map(_view, entries), *(ArmedView.of(armed) for armed in theirs)]


def arm(request: ApiRequest) -> list[ArmedView]:
    """Arm a fault, written as text or as JSON. A text with several clauses arms one entry for each."""
    body: Arming = request.body
    if body.text is not None:
        return _arm(request, parse(body.text), body.seconds)
    fault = _build_fault(FaultCall(fault=body.fault or "", settings=body.settings))
    return _arm(request, [ArmedFault([Step(fault, body.times)], _trigger(body))], body.seconds)


def arm_script(request: ApiRequest) -> list[ArmedView]:
    """Arm a sequence of faults: the n-th request meets the n-th step."""
    steps = [Step(None) if step is None else Step(_build_fault(step), step.times) for step in request.body.steps]
    return _arm(request, [ArmedFault(steps, _trigger(request.body))], request.body.seconds)


def show_armed(request: ApiRequest) -> ArmedView:
    """Show one armed fault, in force or disarmed."""
    return _view(_find(request))


def disarm(request: ApiRequest) -> ArmedView:
    """Disarm one fault and report what it met; where nothing met it, `message` says that the test proved nothing."""
    return _view(request.control.fault_registry.disarm(_find(request)))


def disarm_all(request: ApiRequest) -> list[ArmedView]:
    """Disarm everything that was armed over this API, and forget what was disarmed before."""
    return [_view(entry) for entry in request.control.fault_registry.clear()]


def release(request: ApiRequest) -> ArmedView:
    """Release every request that a `Hold` fault keeps waiting."""
    entry = _find(request)
    holds = [fault for fault in entry.armed.faults if isinstance(fault, Hold)]
    if not holds:
        raise ApiError(409, f"{entry.armed!r} holds no requests; only Hold() can be released")
    for hold in holds:
        hold.release()
    return _view(entry)


def _build_fault(call: FaultCall) -> Fault:
    """Build the fault that a JSON object describes. Raises `SettingError`."""
    if "(" in call.fault:
        if call.settings:
            raise SettingError(f"fault {call.fault!r} brings its settings itself; leave out 'settings'")
        return parse_fault(call.fault)
    kind = find_fault(call.fault)
    accepted = settings_of(kind)
    for name in call.settings:
        choose(f"setting of {kind.__name__}", name, accepted)
    return build_fault(kind, {name: _from_json(accepted[name], value) for name, value in call.settings.items()})


def _from_json(hint: object, value: object) -> object:
    """Convert what JSON has no type for: bytes, and a fault as the setting of another."""
    if hint is bytes and isinstance(value, str):
        return value.encode()
    if isinstance(hint, type) and issubclass(hint, Fault) and isinstance(value, str):
        return parse_fault(value)
    return value


def _trigger(aim: Aim) -> Trigger:
    return Trigger(tuple(aim.at), aim.grant, aim.client, aim.after, optional=aim.optional)


def _arm(request: ApiRequest, armed: Sequence[ArmedFault], seconds: float | None) -> list[ArmedView]:
    whole = [fault for one in armed for fault in one.faults if fault.whole_provider]
    if whole and seconds is None:
        story = f"{whole[0]!r} keeps everybody away, also whoever would disarm it; say for how many 'seconds'"
        raise ApiError(422, story, {"seconds": "is missing"})
    return [_view(entry) for entry in request.control.fault_registry.arm(armed, seconds)]


def _find(request: ApiRequest) -> RegisteredFault:
    number, registry = request.parameters["id"], request.control.fault_registry
    entry = registry.get(int(number)) if number.isascii() and number.isdigit() else None
    if entry is None:
        ids = ", ".join(str(entry.id) for entry in registry) or "none"
        raise ApiError(404, f"no fault {number!r} was armed here; there are {ids}")
    return entry


def _view(entry: RegisteredFault) -> ArmedView:
    return ArmedView.of(entry.armed, entry.id, in_force=entry.in_force, message=entry.message)
