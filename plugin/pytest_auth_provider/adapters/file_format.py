"""From a TOML table to an `Adapter`, and from what is wrong with the table to one message."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import TypeAdapter, ValidationError, ValidationInfo, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.annotations import a_table, known_keys
from pytest_auth_provider.adapters.complaints import Place, adapter_error, check_texts, complaint, lacking, missing
from pytest_auth_provider.adapters.entry_point import EntryPoint
from pytest_auth_provider.adapters.field_types import ENTRY_POINT
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.vocabulary import RENAMED, renamed

NOT_IN_FILE = ("name", "source", "root")
"""Fields of `Adapter` that are no keys: they tell where it was found."""

KEYS = tuple(field.name for field in fields(Adapter) if field.name not in NOT_IN_FILE)
"""Every key of an adapter file, in the order in which messages list them."""

_OF_ONE_KIND = {"entry": "python", "fresh": "python", "stdio": "stdio"}


def read_adapter(name: str, place: Place, value: object, root: Path) -> Adapter:
    """Return the adapter of the client called `name`, from the TOML table `value` that stands at `place`.

    A relative program path starts from `root`. Raises `AdapterError` for the first thing that is not right.
    """
    check_texts(place, value)
    found = {"name": name, "source": str(place), "root": root}
    try:
        return _reader().validate_python(value, context=found)
    except ValidationError as error:
        raise adapter_error(place, error) from None


@cache
def _reader() -> TypeAdapter[Adapter]:
    # Made when the first adapter is read: not every run of pytest reads one.
    return TypeAdapter(Annotated[Adapter, WrapValidator(_read)])


def _read(value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo[dict[str, object]]) -> Adapter:
    """Check what concerns more than one key before and after the keys themselves are read."""
    table = a_table(value)
    for key in table.keys() & RENAMED.keys():
        raise complaint(renamed(key), key)
    known_keys("a key of an adapter", table, KEYS)
    try:
        adapter: Adapter = read({"run": {}, **_with_command(table), **(info.context or {})})
    except ValidationError as error:
        if not lacking(error):
            raise
        _check_kind(table)
        raise missing('say which program to run, such as command = ["my-tool"]', "command") from None
    _check_kind(table)
    _check_actions(adapter)
    _check_excuses(adapter)
    _check_start(adapter)
    if adapter.reveal and not adapter.credentials:
        raise complaint(
            "there is nothing to reveal; name the files that it reads, as in credentials = '.acme/store'", "reveal"
        )
    return adapter


def _check_kind(table: dict[str, object]) -> None:
    """Complain about a key that only another kind of client has, and about a Python client without entry point."""
    kind = table.get("kind", "process")
    for key, its_kind in _OF_ONE_KIND.items():
        if key in table and kind != its_kind:
            raise complaint(f'only for kind = "{its_kind}"; this client is of kind "{kind}"', key)
    if kind == "python" and "entry" not in table:
        raise missing('say what is called, such as entry = "mytool.cli:main"', "entry")


def _with_command(table: dict[str, object]) -> dict[str, object]:
    """Return the table; a Python client needs no command, its entry point can be called by a process of its own."""
    if table.get("kind") != "python" or "command" in table:
        return table
    entry = table.get("entry")
    named = isinstance(entry, str) and re.fullmatch(ENTRY_POINT, entry)
    # Where no entry point is named, the complaint is about that and not about the command.
    return {"command": EntryPoint.parse(named[0]).command() if named else ("python",), **table}


def _check_actions(adapter: Adapter) -> None:
    """Complain where a long-lived child is given arguments or another client messages, and where no login is."""
    sends = adapter.kind == "stdio"
    wanted = "messages to send" if sends else 'arguments; messages are for kind = "stdio"'
    for action, steps in adapter.run.items():
        if any(bool(step.send) != sends for step in steps):
            raise complaint(f"expected {wanted}", "run", action)
    if "login" not in adapter.run:
        raise missing('say how to sign in, such as login = "login --device"', "run", "login")


def _check_start(adapter: Adapter) -> None:
    """Complain about commands that are to be forked and cannot be, whatever the program is."""
    if adapter.start != "warm":
        return
    beside = {f'kind = "{adapter.kind}"': adapter.kind != "process", "terminal": adapter.terminal}
    beside["audit_connections"] = adapter.audit_connections
    for key, stands in beside.items():
        if stands:
            raise complaint(f'"warm" does nothing beside {key}; leave one of them out', "start")
    if not adapter.version and "help" not in adapter.run:
        raise complaint(
            '"warm" needs a command that changes nothing, to see what is imported: name `version`, or `help` in run',
            "start",
        )


def _check_excuses(adapter: Adapter) -> None:
    """Complain about a contract that is both a known failure and none of the client's business."""
    for contract in adapter.not_for_us:
        if contract in adapter.deviations:
            raise complaint("stands in deviations, too; one of them is enough", "not_for_us", contract)
