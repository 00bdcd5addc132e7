"""From a TOML table to an `Adapter`: the shape of the table, key by key.

command, version, install, docs, dialect, timeout, client_id, credentials
[provider] [api] [env] [files] [run] [says] [policies] [switches.<policy>.<value>] [exits] [deviations] [home]
kind, entry, fresh, time, [stdio]
browser, terminal, real_browser, ports, allow_hosts, airtight, [hosts] [[stubs]]
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pytest_auth_provider.clients.adapter import Adapter, HomePlan, Step, Switch
from pytest_auth_provider.clients.api_table import api
from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.kinds_table import KINDS_TABLE, awaited, check_kind, messages
from pytest_auth_provider.clients.phrase import Phrase
from pytest_auth_provider.clients.schema import (
    Place,
    Reader,
    command,
    exit_codes,
    fields,
    inner_path,
    inner_paths,
    mapping,
    patterns,
    seconds,
    table,
    template,
    text,
    words,
)
from pytest_auth_provider.clients.surroundings_table import SURROUNDINGS
from pytest_auth_provider.clients.words import ACTIONS, POLICIES, SAYINGS, own_name

_environment = mapping(template)

_STEP: dict[str, Reader] = {
    "args": words,
    "stdin": template,
    "env": _environment,
    "timeout": seconds,
    "exit": exit_codes,
    "send": messages,
    "until": awaited,
}


def _step(place: Place, value: object) -> Step:
    if isinstance(value, dict):
        found = fields(place, value, _STEP, "a key of a step")
        shown = tuple(message.method for message in found.get("send", ()))
        return Step(**{"args": shown, **found})
    return Step(words(place, value))


def _steps(place: Place, value: object) -> tuple[Step, ...]:
    """An action: arguments, a table for one step, or an array of steps (one of strings is arguments)."""
    if not isinstance(value, list) or all(isinstance(word, str) for word in value):
        if not isinstance(value, (str, list, dict)):
            raise place.expected("arguments, a table with args, or an array of steps", value)
        return (_step(place, value),)
    return tuple(_step(place / str(number), step) for number, step in enumerate(value))


def _phrase(place: Place, value: object) -> Phrase:
    if isinstance(value, dict):
        readers: dict[str, Reader] = dict.fromkeys(("any", "stdout", "stderr", "unless"), patterns)
        found = fields(place, value, readers, "a key of a phrase")
        if not found.keys() - {"unless"}:
            raise place.expected("at least one of any, stdout, stderr", value)
        return Phrase(**found)
    return Phrase(any=patterns(place, value))


def _side(place: Place, policy: str, value: object) -> str:
    """The value of a policy: one of its sides, or a number of seconds; anything goes for a policy of one's own."""
    accepted = POLICIES.get(policy, ())
    if isinstance(value, str) and (value in accepted or own_name(policy)):
        return value
    if accepted:
        raise place.expected(" or ".join(f'"{side}"' for side in accepted), value)
    if type(value) is int and value >= 0:
        return str(value)
    raise place.expected("a string" if own_name(policy) else "a whole number of seconds", value)


def _policies(place: Place, value: object) -> dict[str, str]:
    found = mapping(lambda _place, side: side, "a policy", tuple(POLICIES))(place, value)
    return {policy: _side(place / policy, policy, side) for policy, side in found.items()}


def _side_name(place: Place, policy: str, side: str) -> None:
    """Check the side that a switch is named after; seconds are written as the name of a table there."""
    _side(place, policy, int(side) if side.isdecimal() and not own_name(policy) else side)


def _switches(place: Place, value: object) -> dict[str, dict[str, Switch]]:
    sides = mapping(table, "a policy", tuple(POLICIES))(place, value)
    found: dict[str, dict[str, Switch]] = {}
    for policy, overlays in sides.items():
        found[policy] = {}
        for side, overlay in overlays.items():
            here = place / policy / side
            _side_name(here, policy, side)
            found[policy][side] = Switch(**fields(here, overlay, _SWITCH, "a key of a switch"))
    return found


def _dialect(place: Place, value: object) -> str:
    """The name of a dialect the provider speaks."""
    from fakeprovider.dialects import find_dialect  # imported late: plugin code is loaded by every pytest run

    name = text(place, value)
    _ask_provider(place, lambda: find_dialect(name))
    return name


def _provider(place: Place, value: object) -> dict[str, object]:
    """Settings the provider understands."""
    from fakeprovider.settings import Settings  # imported late, as above

    settings = table(place, value)
    for name, setting in settings.items():
        _ask_provider(place / name, partial(Settings().apply, {name: setting}))
    return settings


def _ask_provider(place: Place, question: Callable[[], object]) -> None:
    """Let the provider object, and say where the value stands that it objects to."""
    from fakeprovider.errors import SettingError  # imported late, as above

    try:
        question()
    except SettingError as problem:
        raise AdapterError(f"{place}: {problem}") from None


def _home(place: Place, value: object) -> HomePlan:
    readers: dict[str, Reader] = {"prepare": words, "keep": inner_paths, "reset": inner_paths}
    return HomePlan(**fields(place, value, readers, "a key of home"))


def _credentials(place: Place, value: object) -> tuple[str, ...]:
    return (inner_path(place, value),) if isinstance(value, str) else inner_paths(place, value)


_run = mapping(_steps, "an action", ACTIONS)
_SWITCH: dict[str, Reader] = {"env": _environment, "run": _run, "args": words}
_ADAPTER: dict[str, Reader] = {
    "command": command,
    "version": words,
    "install": text,
    "docs": text,
    "dialect": _dialect,
    "timeout": seconds,
    "client_id": text,
    "credentials": _credentials,
    "provider": _provider,
    "api": api,
    "env": _environment,
    "files": mapping(template, check=inner_path),
    "run": _run,
    "says": mapping(_phrase, "a saying", SAYINGS),
    "policies": _policies,
    "switches": _switches,
    "exits": mapping(exit_codes, "an action or a saying", (*ACTIONS, *SAYINGS)),
    "deviations": mapping(text),
    "home": _home,
    **SURROUNDINGS,
    **KINDS_TABLE,
}


def read_adapter(name: str, place: Place, value: object, root: Path) -> Adapter:
    """The adapter that a TOML table describes; raises `AdapterError` for the first thing in it that is not right."""
    found: dict[str, Any] = fields(place, value, _ADAPTER, "a key of an adapter")
    check_kind(place, found)
    if "command" not in found:
        raise AdapterError(f'{place / "command"}: missing; say which program to run, such as command = ["my-tool"]')
    if "login" not in found.get("run", {}):
        raise AdapterError(f'{place / "run" / "login"}: missing; say how to sign in, such as login = "login --device"')
    return Adapter(name=name, source=str(place), root=root, **found)


ADAPTER_KEYS, STEP_KEYS, SWITCH_KEYS = tuple(_ADAPTER), tuple(_STEP), tuple(_SWITCH)
"""Every key there is, for the JSON Schema."""
