"""What a long-lived child is sent, and what is waited for: messages in the manner of JSON-RPC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from pytest_auth_provider.adapters.annotations import IN_TOML, Names, OneOf, ReadAs, Table
from pytest_auth_provider.adapters.field_types import Flag, JsonTemplate, Members, Text, Words, listed

FRAMINGS = ("json-lines",)


@dataclass(frozen=True)
class Message:
    """A request to a long-lived child, or a notification, which nobody answers."""

    __pydantic_config__: ClassVar = IN_TOML

    method: Text
    """Name of the method."""
    params: JsonTemplate = None
    """Parameters, any JSON; strings in it may hold placeholders."""
    notify: Flag = False
    """Send a notification: wait for no answer."""
    needs: Members = ()
    """Members of the result without which it is no success: some answer null where others answer an error."""

    def body(self, fill: Callable[[str], str]) -> dict[str, object]:
        """Return the members of the message but for its id; `fill` replaces the placeholders in a string."""
        params = {} if self.params is None else {"params": filled(self.params, fill)}
        return {"method": self.method, **params}

    def went_well(self, answer: Mapping[str, object]) -> bool:
        """Return whether `answer` grants the request: it has a result, with all that the message needs."""
        result = answer.get("result")
        members = result if isinstance(result, dict) else {}
        return "result" in answer and all(members.get(name) is not None for name in self.needs)


@dataclass(frozen=True)
class Awaited:
    """The notification of a long-lived child that ends an action."""

    __pydantic_config__: ClassVar = IN_TOML

    method: Text
    """Name of the notification."""
    where: Annotated[Mapping[str, object], ReadAs(dict[str, JsonTemplate]), Names()] = field(default_factory=dict)
    """Parameters with which the action went well: name -> JSON value."""

    def is_met_by(self, notification: Mapping[str, object]) -> bool:
        """Return whether this is the notification that ends the action."""
        return notification.get("method") == self.method

    def went_well(self, notification: Mapping[str, object]) -> bool:
        """Return whether the parameters of the notification hold all of `where`."""
        params = notification.get("params")
        members = params if isinstance(params, dict) else {}
        return all(name in members and members[name] == value for name, value in self.where.items())


def filled(value: object, fill: Callable[[str], str]) -> object:
    """Return a JSON value with each of its strings replaced by what `fill` makes of it; keys stay."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {name: filled(entry, fill) for name, entry in value.items()}
    return [filled(entry, fill) for entry in value] if isinstance(value, list) else value


_OneMessage = Annotated[
    Message, Table("a key of a message", method='say which method is called, such as method = "account/read"')
]
Messages = Annotated[
    tuple[Message, ...],
    ReadAs(tuple[_OneMessage, ...]),
    BeforeValidator(listed, json_schema_input_type=_OneMessage | Annotated[list[_OneMessage], Field(min_length=1)]),
]
"""One message or several."""

AwaitedInToml = Annotated[
    Awaited, Table("a key of what is waited for", method="say which notification ends the action")
]


@dataclass(frozen=True)
class StdioPlan:
    """How to talk to a long-lived child."""

    __pydantic_config__: ClassVar = IN_TOML

    framing: Annotated[str, OneOf(*FRAMINGS)] = "json-lines"
    """How messages are told apart: `json-lines`, one JSON object on each line."""
    args: Words = ()
    """Arguments behind the command that make it talk, where `version` and `help` do without."""
    start: Messages = ()
    """Messages that are sent once, before all others."""
