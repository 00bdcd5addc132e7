"""What an adapter says to a long-lived child, and what it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A request, or with `notify` a notification, which nobody answers. Texts in `params` may hold placeholders.

    `needs` names members of the result without which it is no success: some answer null where others answer an error.
    """

    method: str
    params: Any = None
    notify: bool = False
    needs: tuple[str, ...] = ()

    def body(self, fill: Callable[[str], str]) -> dict[str, Any]:
        """The members of the message, but for its id."""
        params = {} if self.params is None else {"params": filled(self.params, fill)}
        return {"method": self.method, **params}

    def went_well(self, answer: Mapping[str, Any]) -> bool:
        """Is this the answer to a request that was granted?"""
        result = answer.get("result")
        said = result if isinstance(result, dict) else {}
        return "result" in answer and all(said.get(name) is not None for name in self.needs)


@dataclass(frozen=True)
class Awaited:
    """The notification that ends an action: one of this method. It went well if its params hold all of `where`."""

    method: str
    where: Mapping[str, Any] = field(default_factory=dict)

    def is_met_by(self, notification: Mapping[str, Any]) -> bool:
        """Is this the notification?"""
        return notification.get("method") == self.method

    def went_well(self, notification: Mapping[str, Any]) -> bool:
        """Does it say what it should?"""
        params = notification.get("params")
        said = params if isinstance(params, dict) else {}
        return all(name in said and said[name] == value for name, value in self.where.items())


@dataclass(frozen=True)
class StdioPlan:
    """How to talk to a long-lived child: its command is followed by `args`. `start` is sent once, before all else."""

    framing: str = "json-lines"
    args: tuple[str, ...] = ()
    start: tuple[Message, ...] = ()


def filled(value: Any, fill: Callable[[str], str]) -> Any:
    """A JSON value with the placeholders in its strings replaced."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {name: filled(entry, fill) for name, entry in value.items()}
    return [filled(entry, fill) for entry in value] if isinstance(value, list) else value
