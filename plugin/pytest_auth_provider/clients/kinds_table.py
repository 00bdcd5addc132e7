"""The keys of an adapter that say what kind of client it is, and how its clock is moved."""

from __future__ import annotations

import re
from typing import Any

from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.messages import Awaited, Message, StdioPlan
from pytest_auth_provider.clients.placeholders import placeholders_in
from pytest_auth_provider.clients.schema import Place, Reader, fields, flag, one_of, table, template, text, words

KINDS = ("process", "python", "stdio")
TIMES = ("auto", "python", "faketime", "tokens")
FRAMINGS = ("json-lines",)

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_ENTRY = re.compile(rf"{_NAME}:{_NAME}")


def _entry(place: Place, value: object) -> str:
    if not isinstance(value, str) or not _ENTRY.fullmatch(value):
        raise place.expected('an entry point, such as "mytool.cli:main"', value)
    return value


def _packages(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and re.fullmatch(_NAME, one) for one in value):
        raise place.expected('an array of packages, such as ["mytool"]', value)
    return tuple(value)


def _json(place: Place, value: object) -> Any:
    """Any JSON value; placeholders in its strings are checked."""
    if isinstance(value, dict):
        return {name: _json(place / name, entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_json(place / str(number), entry) for number, entry in enumerate(value)]
    if isinstance(value, str) and placeholders_in(value):
        return template(place, value)
    if not isinstance(value, (str, int, float, bool)):
        raise place.expected("something JSON can hold", value)
    return value


def _members(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise place.expected('an array of names, such as ["authToken"]', value)
    return tuple(value)


_MESSAGE: dict[str, Reader] = {"method": text, "params": _json, "notify": flag, "needs": _members}
_AWAITED: dict[str, Reader] = {"method": text, "where": lambda place, value: _json(place, table(place, value))}


def _message(place: Place, value: object) -> Message:
    found = fields(place, value, _MESSAGE, "a key of a message")
    if "method" not in found:
        raise (place / "method").missing('say which method is called, such as method = "account/read"')
    return Message(**found)


def messages(place: Place, value: object) -> tuple[Message, ...]:
    """One message or several."""
    several = value if isinstance(value, list) else [value]
    return tuple(_message(place / str(number), one) for number, one in enumerate(several))


def awaited(place: Place, value: object) -> Awaited:
    """The notification that ends an action."""
    found = fields(place, value, _AWAITED, "a key of what is waited for")
    if "method" not in found:
        raise (place / "method").missing("say which notification ends the action")
    return Awaited(**found)


def _stdio(place: Place, value: object) -> StdioPlan:
    readers: dict[str, Reader] = {"framing": one_of(*FRAMINGS), "args": words, "start": messages}
    return StdioPlan(**fields(place, value, readers, "a key of stdio"))


KINDS_TABLE: dict[str, Reader] = {
    "kind": one_of(*KINDS),
    "entry": _entry,
    "fresh": _packages,
    "stdio": _stdio,
    "time": one_of(*TIMES),
}
"""Key -> how it is read."""


def check_kind(place: Place, found: dict[str, Any]) -> None:
    """Complain about keys of another kind, and fill in the command of a Python client. Raises `AdapterError`."""
    kind = found.get("kind", "process")
    for key, its_kind in (("entry", "python"), ("fresh", "python"), ("stdio", "stdio")):
        if key in found and kind != its_kind:
            raise AdapterError(f'{place / key}: only for kind = "{its_kind}"; this client is of kind "{kind}"')
    if kind == "python":
        if "entry" not in found:
            raise (place / "entry").missing('say what is called, such as entry = "mytool.cli:main"')
        if "command" not in found:
            from pytest_auth_provider.clients.kinds.python.entry import Entry  # imported late: few want it

            found["command"] = Entry.named(found["entry"]).as_program()
    for action, steps in found.get("run", {}).items():
        for step in steps:
            if bool(step.send) != (kind == "stdio"):
                wanted = "messages to send" if kind == "stdio" else 'arguments; messages are for kind = "stdio"'
                raise AdapterError(f"{place / 'run' / action}: expected {wanted}")
